"""The comparison: both tables are read, what differs is found by key, and looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..calls.connection import Connection
from ..errors import BackupError, Stage
from ..rules.arns import TableArn
from ..running.caller import Caller
from .digest import Entry
from .errors import NotComparableError
from .looking import Findings, Looking
from .matching import UNMATCHED_MAX, Matching
from .reading import SEGMENTS, Reading, together
from .records import ComparedTable, CompareRequest, Comparison, DifferenceKind
from .rules import parse_subset, validate_compare, verdict_of
from .run import CompareRun, Far, Side, described
from .state import State, UnusableStateError

TELL_SECONDS: Final = 1.0
SAVE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Comparisons(Caller):
    """Compares tables, two at a time. `Caller` has the other arguments.

    Attributes:
        other: The connection to the other table. Default: `connection`, in the region of the other
            table's ARN if one is given.
    """

    other: Connection | None = None

    def compare(self, request: CompareRequest) -> Comparison:
        """Compare the items of two tables, each read as a whole.

        Every item becomes a digest, which does not depend on how its numbers, sets and maps are written
        down. The digests are summed up in buckets by the item's key, so that the memory needed
        does not grow with the tables. Where they differ, the keys are found; a second scan is needed for that only
        if more than 100,000 items are out of step. Each key is then looked up in both tables by
        strongly consistent reads, and only what differs then counts: at most 10,000 keys, and
        `all_counted` is False if there are more. The scans are eventually consistent.

        Only keys are told, never anything else of an item. Nothing is written to AWS.

        Args:
            request: The tables, and how they are compared.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            NotComparableError: The tables have different keys, or are the same table.
            BackupError: They could not be read to the end.
        """
        self._require_none(validate_compare(request.inputs()))
        runs = self._runs(request)
        return self._carry_out(runs[0], _Comparing(request, runs).result())

    def _runs(self, request: CompareRequest) -> list[CompareRun]:
        """A run for each table, with one deadline."""
        far = Far()
        callers: Sequence[Caller] = (self, replace(self, connection=self.other or self.connection))
        runs: list[CompareRun] = []
        for caller, table, arn in zip(callers, request.tables, request.arns, strict=True):
            region = arn.region if arn else None
            run = caller._run(Stage.COMPARE, table, region, request.timeout_seconds)
            made = CompareRun(
                run.account, table, Stage.COMPARE, request.timeout_seconds, self.listener, far=far
            )
            if arn:
                made.require_allowed(arn.account)
            made.deadline = runs[0].deadline if runs else made.deadline
            runs.append(made)
        return runs


class _Comparing:
    """One comparison."""

    def __init__(self, request: CompareRequest, runs: list[CompareRun]) -> None:
        self._request = request
        self._runs = runs
        self._run = runs[0]
        self._part = parse_subset(request.subset or "1/1") or (1, 1)
        self._file = Path(request.state_file) if request.state_file else None
        self._told_at = self._saved_at = self._now
        self._units_before = [0.0, 0.0]

    @property
    def _now(self) -> float:
        return self._run.account.clock.monotonic()

    async def result(self) -> Comparison:
        """What the comparison finds.

        Raises:
            BackupError: It did not get to its end. What was read is kept if there is a state file.
        """
        self._sides = await self._both()
        self._state = self._begun()
        matching = Matching()
        try:
            await self._read(matching)
            matching, found_all = await self._found_by_key(matching)
            findings = await self._looked_at(matching)
        except BaseException:
            self._save()
            raise
        if self._file:
            with suppress(OSError):  # it is of no use any more, and does no harm
                self._file.unlink()
        return self._told(findings, all_counted=found_all and not matching.overflown)

    async def _both(self) -> list[Side]:
        """Both tables, which must have keys of the same names and types."""
        arns: Sequence[TableArn | None] = self._request.arns
        pairs = zip(self._runs, arns, strict=True)
        first, other = await together(described(run, arn) for run, arn in pairs)
        if first.arn == other.arn:
            raise self._refused(f"the other one is the same table, {other.arn}")
        if first.keys != other.keys:
            raise self._refused(
                f"its key is {first.key_text}, and that of table '{other.name}' is {other.key_text}"
            )
        if first.item_count and other.item_count:
            items = first.item_count + other.item_count
            self._run.far.expected = items // self._part[1]
        units = self._request.read_units_per_second
        tables = zip(self._runs, (first, other), strict=True)
        return [Side(n, run, table, units, SEGMENTS) for n, (run, table) in enumerate(tables)]

    def _refused(self, why: str) -> BackupError:
        return NotComparableError(self._run.stage, self._run.facts(detail=why))

    def _begun(self) -> State:
        """Where the comparison goes on."""
        tables = [side.table for side in self._sides]
        of = [*(each for one in tables for each in (one.arn, one.table_id)), self._request.subset]
        if self._file is None:
            return State(of, SEGMENTS)
        try:
            state = State.load(self._file, of, SEGMENTS)
            state.save(self._file)  # so that it is known now whether that works
        except UnusableStateError as error:
            raise self._refused(f"the state file '{self._file}' can't be used: {error}") from error
        if state.resumed:
            first, other = state.sums.counts
            self._run.notice(
                f"Continuing after {first:,} and {other:,} items, from '{self._file}'."
            )
            self._units_before = list(state.units)
            self._run.far.units += sum(state.units)
        return state

    async def _read(self, matching: Matching) -> None:
        """The first scan: what both tables come to, and what has no equal as long as that is little."""
        state, far = self._state, self._run.far
        far.items = state.sums.counts
        matching.overflown = state.resumed  # what was read before has left no keys

        def after_page() -> None:
            self._tell()
            if self._file and self._now - self._saved_at >= SAVE_SECONDS:
                self._save()

        def take(table: int, found: Sequence[Entry]) -> None:
            state.sums.add(table, found)
            matching.add(table, found)

        await Reading(self._sides, state.positions, self._part, take, after_page).to_the_end()

    async def _found_by_key(self, matching: Matching) -> tuple[Matching, bool]:
        """The differences by key, and whether they are all: by a second scan if there were too many."""
        differing = self._state.sums.differing()
        if not differing:
            return Matching(), True
        if not matching.overflown or matching.is_full:
            return matching, True
        chosen: set[int] = set()
        items = 0
        for bucket in differing:
            items += self._state.sums.items_in(bucket)
            if chosen and items > UNMATCHED_MAX:
                break
            chosen.add(bucket)
        again = Matching(chosen)
        self._run.far.doing = "reading again where they differ"
        positions = State((), SEGMENTS).positions
        await Reading(self._sides, positions, self._part, again.add, self._tell).to_the_end()
        return again, len(chosen) == len(differing)

    async def _looked_at(self, matching: Matching) -> Findings:
        self._run.far.doing = "looking at the differences"
        request = self._request
        looking = Looking(self._sides, request.last_write_attribute, request.written_since)
        return await looking.at(matching.differing())

    def _tell(self) -> None:
        if self._now - self._told_at >= TELL_SECONDS:
            self._told_at = self._now
            self._run.tell()

    def _save(self) -> None:
        """Keep how far it has come, if there is where to."""
        if self._file is None:
            return
        self._saved_at = self._now
        self._count_units()
        with suppress(UnusableStateError):  # it worked at the beginning
            self._state.save(self._file)

    def _count_units(self) -> None:
        used = [side.budget.used for side in self._sides]
        self._state.units = [sum(two) for two in zip(self._units_before, used, strict=True)]

    def _told(self, findings: Findings, *, all_counted: bool) -> Comparison:
        self._count_units()
        counts = findings.counts
        differing, explained = findings.differing, findings.explained
        first, other = (self._compared(side) for side in self._sides)
        return Comparison(
            verdict=verdict_of(differing, explained, all_counted=all_counted),
            first=first,
            other=other,
            only_first=counts[DifferenceKind.ONLY_FIRST],
            only_other=counts[DifferenceKind.ONLY_OTHER],
            changed=counts[DifferenceKind.CHANGED],
            explained=explained,
            settled=findings.settled,
            all_counted=all_counted,
            differences=findings.sample(self._request.sample),
            subset=self._request.subset,
            elapsed_seconds=self._run.deadline.elapsed_seconds,
        )

    def _compared(self, side: Side) -> ComparedTable:
        state = self._state
        return ComparedTable(
            table_name=side.table.name,
            region=side.run.dynamodb.region,
            table_arn=side.table.arn,
            item_count=state.sums.counts[side.number],
            digest=state.sums.told(side.number),
            read_units=state.units[side.number],
            throttled_calls=side.budget.throttled,
        )
