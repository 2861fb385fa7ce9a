"""A profile may ask for an MFA code: a person at a terminal types it, and nothing waits for one elsewhere."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3


class NoTerminalError(Exception):
    """A profile asks for an MFA code where nobody can type one."""

    def __init__(self) -> None:
        super().__init__(
            "the profile asks for an MFA code, and there is no terminal to type it on; use "
            "credentials that need none, such as those of a session that has been opened already"
        )


def prepare(session: boto3.Session, config: Any) -> boto3.Session:
    """Let `session` get its credentials by `config`, and ask for an MFA code on a terminal alone."""
    inner: Any = session._session
    inner.set_default_client_config(config)  # else STS is tried five times, for a minute each
    inner.get_component("credential_provider").get_provider("assume-role")._prompter = _asked
    return session


def _asked(prompt: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise NoTerminalError  # getpass would stop a process in the background, or wait for ever
    return getpass.getpass(prompt)
