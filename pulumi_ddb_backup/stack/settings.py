"""The stack's AWS settings, as a provider process and a program each read them."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from ..aws.calls.connection import Connection
from ..aws.calls.settings import CONFIG_KEYS, connection_from_config
from ..aws.rules.values import without_none


def stack_settings(get: Callable[[str], str | None]) -> dict[str, str]:
    """What `connection_from_config` reads; `get` is handed full keys, such as `aws:region`."""
    keys = {key: f"aws:{key}" for key in CONFIG_KEYS} | {"rateLimits": "ddb-backup:rateLimits"}
    return without_none({key: get(full) for key, full in keys.items()})


def connection_of_program() -> Connection:
    """The connection that the configuration of the running program's stack describes.

    Raises:
        SettingsError: A value can't be used.
    """

    def get(full: str) -> str | None:
        namespace, _, key = full.partition(":")
        return pulumi.Config(namespace).get(key)

    return connection_from_config(stack_settings(get))
