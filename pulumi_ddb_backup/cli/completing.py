"""Names that the shell completes: tables and backups, looked up when a person presses Tab.

Whatever goes wrong, there is nothing to complete, and nothing is said: a person is typing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from threading import Thread
from typing import Final

import typer

from ..aws.calls.clients import dynamodb_client
from ..aws.calls.connection import AssumedRole, Connection

ASKED: Final = "_DDB_BACKUP_COMPLETE"
"""The environment variable with which a shell asks for completions."""
NAMES: Final = 100
"""At most so many names are offered."""
PAGE_SIZE: Final = 100
CALLS: Final = 2
"""At most so many calls are made."""
SECONDS: Final = 2.5
"""So long a person waits at most."""

_BREAKS: Final = re.compile(r"[:=]+")


def tables(context: typer.Context, incomplete: str) -> list[str]:
    """Names of tables that begin with what has been typed."""
    return _offered(context, incomplete, _tables)


def backups(context: typer.Context, incomplete: str) -> list[str]:
    """ARNs of backups that begin with what has been typed."""
    return _offered(context, incomplete, _backups)


def backups_or_tables(context: typer.Context, incomplete: str) -> list[str]:
    """ARNs of backups; names of tables after `--latest` or `--all`, which ask for them."""
    by_table = context.params.get("latest") or context.params.get("all")
    return (tables if by_table else backups)(context, incomplete)


def is_asked() -> bool:
    """Whether this process was started by a shell that wants completions."""
    return os.environ.get(ASKED, "").startswith("complete_")


def answer(program: Callable[[], object]) -> str:
    """What `program` tells the shell, with nothing said or asked by anybody else.

    Raises:
        SystemExit: The shell wants an exit code only.
    """
    _silence()
    kept = join_words(os.environ)
    told = StringIO()
    with redirect_stdout(told), suppress(Exception):
        try:
            program()
        except SystemExit as ended:
            if ended.code and not told.getvalue():
                raise
    return "".join(line.removeprefix(kept) for line in told.getvalue().splitlines(keepends=True))


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 2):  # a program that gets credentials would inherit them
        os.dup2(nowhere, stream)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 # for good
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 # for good


def join_words(environ: MutableMapping[str, str]) -> str:
    """Join the words that bash has split at `:` and `=`; what it keeps of the one being typed."""
    words = environ.get("COMP_WORDS", "").split("\n")
    place = environ.get("COMP_CWORD", "")
    if not place.isdigit() or int(place) >= len(words):  # another shell's, or another script's
        return ""
    joined: list[str] = []
    kept, glue = "", False
    for word in words[: int(place) + 1]:
        is_break = bool(_BREAKS.fullmatch(word))
        if joined and (is_break or glue):
            kept = joined[-1] + (word if is_break else "")
            joined[-1] += word
        else:
            kept = ""
            joined.append(word)
        glue = is_break
    environ["COMP_WORDS"], environ["COMP_CWORD"] = "\n".join(joined), str(len(joined) - 1)
    return kept


def within(seconds: float, look: Callable[[], Iterable[str]]) -> list[str]:
    """What `look` finds within `seconds`; nothing if it takes longer or fails."""
    found: list[str] = []

    def looking() -> None:
        try:
            found.extend(look())
        except BaseException:  # whatever it is, nobody wants to read it now
            found.clear()

    thread = Thread(target=looking, daemon=True)
    thread.start()
    thread.join(seconds)
    return [] if thread.is_alive() else found


def _offered(
    context: typer.Context,
    incomplete: str,
    look: Callable[[Connection, int], Iterable[str]],
) -> list[str]:
    given = context.params

    def looked() -> Iterable[str]:
        regions = _regions(given.get("region"))
        return [
            name
            for region in regions
            for name in look(_connection(given, region), CALLS // len(regions))
        ]

    fitting = (name for name in within(SECONDS, looked) if name.startswith(incomplete))
    return sorted(set(fitting))[:NAMES]


def _regions(given: object) -> Sequence[str | None]:
    """The first regions on the line, each for one call; else the default one."""
    if isinstance(given, str):
        return [given]
    return list(given)[:CALLS] if isinstance(given, (list, tuple)) and given else [None]


def _connection(given: MutableMapping[str, object], region: str | None) -> Connection:
    profile, role, url = (given.get(name) for name in ("profile", "role_arn", "endpoint_url"))
    return Connection(
        region=region,
        profile=str(profile) if profile else None,
        roles=(AssumedRole(str(role)),) if role else (),
        endpoint_url=str(url) if url else None,
    )


def _tables(connection: Connection, calls: int) -> Iterable[str]:
    client = dynamodb_client(connection)
    page = client.list_tables(Limit=PAGE_SIZE)
    yield from page["TableNames"]
    for _ in range(calls - 1):
        if not (last := page.get("LastEvaluatedTableName")):
            return
        page = client.list_tables(Limit=PAGE_SIZE, ExclusiveStartTableName=last)
        yield from page["TableNames"]


def _backups(connection: Connection, calls: int) -> Iterable[str]:
    client = dynamodb_client(connection)
    page = client.list_backups(Limit=PAGE_SIZE)
    yield from (one["BackupArn"] for one in page["BackupSummaries"])
    for _ in range(calls - 1):
        if not (last := page.get("LastEvaluatedBackupArn")):
            return
        page = client.list_backups(Limit=PAGE_SIZE, ExclusiveStartBackupArn=last)
        yield from (one["BackupArn"] for one in page["BackupSummaries"])
