"""What the logic of every resource of this package has in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final, Generic

from ..aws.calls.connection import Connection
from ..aws.calls.session import region_of
from ..aws.calls.settings import SettingsError, connection_from_config
from ..aws.errors import BackupError
from ..aws.rules.validation import Failure
from ..aws.rules.values import without_none
from ..aws.running.scheduler import shared_scheduler
from ..engine import has_unknown
from ..logic import Call, Checked, FailedCall, HalfMade
from ..stack.declared import DECLARED, TELLING, Declared, ProviderRefused
from .foretold import note_preview
from .properties import InputsT, names_of
from .retaining import foretell_policy
from .triggers import refused_assets

_NAME_TABLES: Final = {"table_name", "tables", "table_pattern", "tags"}


class AwsLogic(Generic[InputsT]):
    """Checks inputs, and calls AWS as the stack's configuration says. It holds nothing else.

    Attributes:
        inputs: The record of the resource's inputs.
        defaults: What inputs are when they are left out, as far as the stack's state shows it.
        may_tell_region: The inputs from which the region may follow.
    """

    inputs: type[InputsT]
    defaults: ClassVar[Mapping[str, Any]]
    may_tell_region: ClassVar[Collection[str]]

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings

    def check(self, call: Call, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Checked:
        """See `ResourceLogic.check`."""
        note_preview(call, news)
        given = without_none({key: news.get(key) for key in names_of(self.inputs)})
        given, refusals = self._with_declared(given, news.get(DECLARED))
        unknown = {key for key, value in given.items() if has_unknown(value)}
        failures = self._validate(given, unknown)
        reasons = [*(failure.reason for failure in failures), *refusals]
        reasons += self._broken_retention(given, unknown)
        reasons += refused_assets(given.get("triggers"), "triggers")
        readable = readable_inputs(self.may_tell_region, given, failures, unknown)
        inputs = self.inputs.of(readable or {})
        needs_region = readable is not None and self._needs_region(given, inputs)
        reasons += self._unusable_settings(inputs, needs_region=needs_region)
        if not olds and not reasons:  # what is there already is told of by its diff
            foretell_policy(call, given)
        return Checked({**self.defaults, **given}, tuple(reasons))

    @staticmethod
    def _broken_retention(given: Mapping[str, Any], unknown: Collection[str]) -> list[str]:
        if "retention" not in given:
            return []
        from ..aws.retention.policies import broken_retention

        return list(broken_retention(given, unknown))

    @staticmethod  # one and the same for all kinds: a face that has several cancels once
    def cancel() -> None:
        """See `ResourceLogic.cancel`."""
        shared_scheduler().cancel_all()

    def _validate(self, given: Mapping[str, Any], unknown: Collection[str]) -> list[Failure]:
        """The rules that the inputs break."""
        raise NotImplementedError

    def _settled(
        self, given: Mapping[str, Any], declared: Declared, stack: Connection
    ) -> Mapping[str, Any]:
        """The inputs with what the program says of the tables; may raise ProviderRefused."""
        raise NotImplementedError

    def _region(self, inputs: InputsT) -> str | None:
        """The region that the inputs themselves say."""
        return None

    def _needs_region(self, given: Mapping[str, Any], inputs: InputsT) -> bool:
        """Whether a region has to follow from somewhere, of all inputs and of those that are sound."""
        return True

    def _with_declared(
        self, given: dict[str, Any], declared: Any
    ) -> tuple[dict[str, Any], Sequence[str]]:
        """`given` with what the program says of the tables, and why that can't be followed."""
        try:
            stack = connection_from_config(self._settings)
        except SettingsError:
            return given, []  # told of by itself
        if has_unknown(declared) or has_unknown([given.get(key) for key in TELLING]):
            return given, []  # a preview, in which nothing is called
        try:
            return dict(self._settled(given, Declared.of(declared), stack)), []
        except ProviderRefused as refusal:
            return given, [str(refusal)]

    def _unusable_settings(self, inputs: InputsT, *, needs_region: bool) -> list[str]:
        """What is wrong with the stack's settings or, where one is needed, with its region."""
        try:
            connection = self._configured(inputs, self._region(inputs))
            if needs_region:
                region_of(connection)
        except SettingsError as error:
            return [str(error)]
        return []

    def _connection(self, inputs: InputsT, region: str | None = None) -> Connection:
        try:
            return self._configured(inputs, region or self._region(inputs))
        except SettingsError as error:
            raise FailedCall(str(error)) from error

    def _configured(self, inputs: InputsT, region: str | None) -> Connection:
        return connection_from_config(self._settings).overridden(
            region=region,
            profile=inputs.profile,
            role_arn=inputs.role_arn,
            endpoint_url=inputs.endpoint_url,
        )


def readable_inputs(
    keys: Collection[str],
    given: Mapping[str, Any],
    failures: Iterable[Failure],
    unknown: Collection[str],
) -> dict[str, Any] | None:
    """The inputs `keys` that break no rule; None while one that can't be read may tell a region.

    A broken name tells none, so a missing region is told beside it; a broken ARN may.
    """
    broken = {failure.property for failure in failures}.intersection(given)
    silent = {key for key in broken & _NAME_TABLES if "arn:" not in repr(given[key])}
    if (broken - silent | set(unknown)).intersection(keys):
        return None
    return {key: given[key] for key in keys if key in given and key not in silent}


@contextmanager
def failing_plainly() -> Iterator[None]:
    """What goes wrong in the block leaves nothing behind that is to be kept."""
    try:
        yield
    except BackupError as error:
        raise FailedCall(str(error)) from error


@contextmanager
def staying_half_made(
    id_: str, outputs: Mapping[str, Any], next_step: str, *, unfinished: bool
) -> Iterator[None]:
    """A look, in the block, that goes wrong. What was unfinished before stays half made.

    It is read before every command of Pulumi's, and is no reason to stop one.
    """
    try:
        yield
    except (BackupError, FailedCall) as error:
        if unfinished:
            raise HalfMade(f"{error}\n{next_step}", id_, outputs) from error
        raise FailedCall(str(error)) from error
