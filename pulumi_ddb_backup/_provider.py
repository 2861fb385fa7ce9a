"""What the providers of this package's resources have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from pulumi.dynamic import ConfigureRequest, ResourceProvider

from ._settings import stack_settings
from .aws.calls.session import region_of
from .aws.calls.settings import Connection, SettingsError, connection_from_config
from .aws.scheduler import shared_scheduler
from .engine import FailedCall, raise_worker_limit, when_cancelled

GO_ON_WAITING: Final = "Run `pulumi up` again to go on waiting for this same backup."
UP_GOES_ON_WAITING: Final = "`pulumi up` goes on waiting for this same backup."
"""In a Read, which may be a part of that very `up`."""
IGNORED_PROVIDER: Final = (
    "opts.provider is not used by dynamic resources and would be ignored. Give {inputs} instead."
)


class Reached(Protocol):
    """The inputs of a resource that say how AWS is reached."""

    @property
    def profile(self) -> str | None: ...

    @property
    def role_arn(self) -> str | None: ...

    @property
    def endpoint_url(self) -> str | None: ...


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

    def _unusable_settings(self) -> list[str]:
        """What is wrong with the stack's settings."""
        try:
            connection_from_config(self._config)
        except SettingsError as error:
            return [str(error)]
        return []

    def _missing_region(self, inputs: Reached, region: str | None) -> list[str]:
        """What is wrong when no region is set anywhere."""
        try:
            region_of(self._configured(inputs, region))
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


def _cancel_waits() -> None:
    shared_scheduler().cancel_all()
