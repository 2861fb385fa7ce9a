"""What the providers of this package's resources have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, Protocol

from pulumi.dynamic import ConfigureRequest, ResourceProvider

from ..aws.calls.connection import Connection
from ..aws.calls.session import region_of
from ..aws.calls.settings import SettingsError, connection_from_config
from ..aws.rules.validation import Failure
from ..aws.running.scheduler import shared_scheduler
from ..engine import (
    FailedCall,
    end_with_the_engine,
    has_unknown,
    raise_worker_limit,
    when_cancelled,
)
from ..stack.declared import TELLING, Declared, ProviderRefused
from ..stack.settings import stack_settings

GO_ON_WAITING: Final = "Run `pulumi up` again to go on waiting for this same backup."
UP_GOES_ON_WAITING: Final = "`pulumi up` goes on waiting for this same backup."
"""In a Read, which may be a part of that very `up`."""
Settle = Callable[[Mapping[str, Any], Declared, Connection], Mapping[str, Any]]
"""Adds to a resource's inputs what the program says of its tables."""


_NAME_TABLES: Final = {"table_name", "tables", "table_pattern", "tags"}


class Reached(Protocol):
    """The inputs of a resource that say how AWS is reached."""

    @property
    def profile(self) -> str | None: ...

    @property
    def role_arn(self) -> str | None: ...

    @property
    def endpoint_url(self) -> str | None: ...


_held: dict[str | None, set[str]] = {}


def holds(urn: str | None, backup_arns: Iterable[str]) -> None:
    """Note backups that the stack's state holds under `urn`."""
    _held.setdefault(urn, set()).update(backup_arns)


def held_under(urn: str | None) -> frozenset[str]:
    """The backups that the state is known to hold under `urn`.

    A resource that is replaced with the same inputs while its backup is still CREATING
    (`--replace`, `state taint`) must not be followed by one that takes that very backup for its own:
    the engine deletes the first one's. A half-made resource is read before anything is done with it.
    """
    return frozenset(_held.get(urn, ()))


class AwsProvider(ResourceProvider):
    """A provider that calls AWS as its stack's configuration says. Its state holds nothing."""

    serialize_as_secret_always = False  # it holds nothing
    _config: Mapping[str, str] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def configure(self, req: ConfigureRequest) -> None:
        self._config = stack_settings(req.config.get)
        raise_worker_limit()
        when_cancelled(_cancel_waits)
        end_with_the_engine()

    def _settled(
        self, settle: Settle, given: dict[str, Any], told: Any
    ) -> tuple[dict[str, Any], list[str]]:
        """`given` with what the program says of the tables, and why that can't be followed."""
        try:
            stack = connection_from_config(self._config)
        except SettingsError:
            return given, []  # told of by itself
        if has_unknown(told) or has_unknown([given.get(key) for key in TELLING]):
            return given, []  # a preview, in which nothing is called
        try:
            return dict(settle(given, Declared.of(told), stack)), []
        except ProviderRefused as refusal:
            return given, [str(refusal)]

    def _unusable(
        self, inputs: Reached, region: str | None, *, must_have_region: bool
    ) -> list[str]:
        """What is wrong with the stack's settings or, unless it may go without, with its region."""
        try:
            connection = self._configured(inputs, region)
            if must_have_region:
                region_of(connection)
        except SettingsError as error:
            return [str(error)]
        return []

    def _connection(self, inputs: Reached, region: str | None = None) -> Connection:
        try:
            return self._configured(inputs, region)
        except SettingsError as error:
            raise FailedCall(str(error)) from error

    def _configured(self, inputs: Reached, region: str | None) -> Connection:
        return connection_from_config(self._config).overridden(
            region=region,
            profile=inputs.profile,
            role_arn=inputs.role_arn,
            endpoint_url=inputs.endpoint_url,
        )


def told_of(
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


def _cancel_waits() -> None:
    shared_scheduler().cancel_all()
