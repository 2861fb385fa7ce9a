"""Who calls AWS for many tables: a run for each region, and one end for all."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..calls.session import region_of
from ..calls.settings import SettingsError
from ..errors import Stage
from ..rules.regions import dynamodb_regions
from ..rules.subject import ALL_TABLES
from ..running.caller import Caller
from ..running.run import Run
from .operation import OnProgress
from .records import FleetProgress
from .requests import TableSelector

T = TypeVar("T")


def _nobody(_progress: FleetProgress) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ManyCaller(Caller):
    """What every operation on many tables needs.

    Attributes:
        on_progress: Told how many are how far, every few seconds and at the end. All other
            attributes are those of `Caller`; `listener` is told of each table by itself.
    """

    on_progress: OnProgress = _nobody

    def _searched(
        self, selector: TableSelector, stage: Stage, timeout_seconds: int
    ) -> dict[str, Run]:
        """A run for each region in which names and patterns are looked for."""
        if not selector.looks_in_regions:
            return {}
        regions: Sequence[str | None] = selector.regions or (None,)
        if selector.all_regions:
            regions = dynamodb_regions(self._home())
        # A region that does not answer in time must leave the others some of it.
        within = timeout_seconds if len(regions) == 1 else timeout_seconds // 2
        runs = [self._run_in(region, stage, within) for region in regions]
        return {run.dynamodb.region: run for run in runs}

    def _home(self) -> str | None:
        """The region that is called unless another is named; None if there is none."""
        try:
            return region_of(self.connection)
        except SettingsError:
            return None

    def _runs(
        self,
        selector: TableSelector,
        searched: Mapping[str, Run],
        stage: Stage,
        timeout_seconds: int,
    ) -> dict[str, Run]:
        """`searched`, and a run for each further region that an ARN names."""
        others = sorted({arn.region for arn in selector.arns} - searched.keys())
        return {
            **searched,
            **{region: self._run_in(region, stage, timeout_seconds) for region in others},
        }

    def _run_in(self, region: str | None, stage: Stage, timeout_seconds: int) -> Run:
        return self._run(stage, ALL_TABLES, region, timeout_seconds)

    def _carry_out_whole(self, run: Run, steps: Coroutine[Any, Any, T]) -> T:
        return self._scheduler.run(run.settle(steps))
