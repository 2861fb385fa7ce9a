"""Faults at every call of an operation: which there are, what AWS has afterwards, what was said.

All lists are the code's own: codes come from `AWS_ERRORS`, kinds from the simulator, and the calls
of an operation from a run of it in which nothing fails.
"""

from __future__ import annotations

import itertools
import os
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pulumi_ddb_backup.aws.calls.aws_errors import AWS_ERRORS, AwsFailure, Retry
from pulumi_ddb_backup.aws.calls.rate import Api
from pulumi_ddb_backup.aws.calls.retries import CALL_SECONDS
from pulumi_ddb_backup.aws.errors import AwsServiceError, BackupError, UnexpectedError
from pulumi_ddb_backup.aws.restore.rows import RESTORE_ERRORS
from tests.aws.simulator import FOREVER, LOSSES, Call, Fault

SEED = int(os.environ.get("EXPLORE_SEED", "10"))
"""Another seed explores other cases."""
CASES = os.environ.get("EXPLORE_CASES", "")
"""How many cases each test explores instead of its own number; `all` for every one."""
TIMEOUT_SECONDS = 60
"""The limit of what is explored."""
STARTS = (
    Api.CREATE_BACKUP.operation,
    Api.RESTORE_TABLE.operation,
    Api.RESTORE_TO_MOMENT.operation,
    Api.START_BACKUP_JOB.operation,
    Api.START_COPY_JOB.operation,
)
WORDS = {
    # What decides beside the code. Each of AWS's own wordings is a kind of its own.
    "ContinuousBackupsUnavailableException": (
        "Backups are being enabled for the table: orders. Please retry later",
        "Backups have not yet been enabled for this table.",
    ),
    "LimitExceededException": (
        "Table tags are being updated",
        "Subscriber limit exceeded: There is a limit of 500 simultaneous operations",
    ),
}
_BACKUP_ARN = re.compile(r"arn:aws:dynamodb:[a-z0-9-]+:\d+:table/[\w.-]+/backup/[\w-]+")
_TABLE_ARN = re.compile(r"arn:aws:dynamodb:[a-z0-9-]+:\d+:table/[\w.-]+(?![\w./-])")


# Which faults there are


@dataclass(frozen=True, slots=True)
class Spot:
    """One call of an operation.

    Attributes:
        api: The API.
        table: The table that the call concerns.
        number: Its number among the calls of that API and table, from 1.
    """

    api: str
    table: str
    number: int


def spots(calls: Iterable[Call]) -> list[Spot]:
    """The calls of a run in which nothing failed."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for call in calls:
        seen[call.api, call.table] += 1
        found.append(Spot(call.api, call.table, seen[call.api, call.table]))
    return found


def kinds(*, every_code: bool = True) -> list[Fault]:
    """Every kind of fault, at no call yet. Without `every_code`, one code of each row alone."""
    found = [*_answers(every_code), *_losses()]
    return [replace(fault, times=times) for fault in found for times in _times(fault)]


def _answers(every_code: bool) -> Iterator[Fault]:
    rows = set()
    for code, row in [*AWS_ERRORS.items(), ("NoveltyException", None)]:
        known = id(row), id(RESTORE_ERRORS.get(code))
        if every_code or known not in rows or code in WORDS:
            rows.add(known)
            status = 500 if row and row.error is AwsServiceError else 400
            for words in WORDS.get(code, ("In words of AWS's own.",)):
                yield Fault("", "error", code, words, status)
    for code in ("InternalServerError", "NovelServerError"):
        yield Fault("", "error", code, status=503)
        yield Fault("", "error_after", code, status=503)


def _losses() -> Iterator[Fault]:
    for kind in LOSSES:
        yield Fault("", kind)
        if kind.startswith("close"):
            yield Fault("", kind, seconds=CALL_SECONDS)  # no answer within the call's limit
            yield Fault("", kind, seconds=TIMEOUT_SECONDS)  # nor within the operation's


def _times(fault: Fault) -> tuple[float, ...]:
    """To how many calls it happens: where one ends the operation, more make no difference."""
    failure = AwsFailure(fault.code, fault.message, "", fault.status)
    if fault.kind == "error" and failure.row.retry is Retry.NEVER:
        return (1,)
    return (1, FOREVER)


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong in one run."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return " and ".join(map(_told, self.faults))


def _told(fault: Fault) -> str:
    what = f"{fault.code} {fault.status}" if fault.kind.startswith("error") else ""
    late = f"after {fault.seconds:.0f} s" if fault.seconds else ""
    words = f"'{fault.message}'" if fault.code in WORDS else ""
    where = f"{fault.api} of {fault.table} no. {fault.first}"
    return " ".join(filter(None, (where, fault.kind, what, words, late, f"x{fault.times:g}")))


def at(spot: Spot, fault: Fault) -> Fault:
    """`fault`, happening to that call."""
    return replace(fault, api=spot.api, table=spot.table, first=spot.number)


def singles(where: Sequence[Spot], what: Sequence[Fault], count: int | None) -> list[Case]:
    """Every fault at every call, or that many of them, in which each fault and each call occurs."""
    everything = [Case((at(spot, fault),)) for spot in where for fault in what]
    count = _asked(count)
    if count is None or count >= len(everything):
        return everything
    chosen = random.Random(SEED)
    calls, faults = list(where), list(what)
    chosen.shuffle(calls)
    chosen.shuffle(faults)
    each = [at(spot, fault) for spot, fault in _each_at_least_once(calls, faults)]
    rest = [case for case in everything if case.faults[0] not in each]
    return [*(Case((one,)) for one in each), *chosen.sample(rest, max(0, count - len(each)))]


def _each_at_least_once(calls: list[Spot], faults: list[Fault]) -> list[tuple[Spot, Fault]]:
    longer = max(len(calls), len(faults))
    turns = zip(itertools.cycle(calls), itertools.cycle(faults), strict=False)
    return list(itertools.islice(turns, longer))


def pairs(where: Sequence[Spot], what: Sequence[Fault], count: int) -> list[Case]:
    """A sample of two faults in one run; in every other, the answer to what starts it is lost first.

    The second may be at a call that only the first one causes.
    """
    chosen = random.Random(SEED)
    tables = sorted({spot.table for spot in where})
    looks = [Spot("ListBackups", table, number) for table in tables for number in (1, 2)]
    further = [replace(spot, number=spot.number + 1) for spot in where]
    wider = list(dict.fromkeys([*where, *further, *looks]))
    starts = [spot for spot in where if spot.api in STARTS]
    lost = [fault for fault in what if fault.kind != "error" and fault.times == 1]

    def two(number: int) -> Case:
        if number % 2:
            spot, fault = chosen.choice(starts), chosen.choice(lost)
            near = [one for one in wider if one.table == spot.table or one.api == "DescribeTable"]
            again = replace(spot, number=spot.number + 1)
            second = chosen.choice([again] * (len(near) // 3) + near)
        else:
            spot, fault = chosen.choice(where), chosen.choice(what)
            second = chosen.choice(wider)
        return Case((at(spot, fault), at(second, chosen.choice(what))))

    total = _asked(count) or len(where) * len(wider)
    return [two(number) for number in range(total)]


def _asked(count: int | None) -> int | None:
    if CASES == "all":
        return None
    return int(CASES) if CASES else count


# What was said


def untrue(text: str, backups: Iterable[str], tables: Iterable[str]) -> Iterator[str]:
    """What `text` says that is not so; told are the ARNs of what exists."""
    there = set(backups)
    for arn in sorted(set(_BACKUP_ARN.findall(text)) - there):
        yield f"names a backup that does not exist: {arn}"
    for arn in sorted(set(_TABLE_ARN.findall(text)) - set(tables)):
        yield f"names a table that does not exist: {arn}"


def wrong_of_backup(
    error: BackupError, existing: Sequence[str], tables: Iterable[str]
) -> Iterator[str]:
    """What is wrong with the failure of a backup, `existing` being the table's backups now."""
    text = str(error)
    yield from untrue(text, existing, tables)
    if isinstance(error, UnexpectedError):
        yield "is a mistake of this library"
    held = error.unfinished.backup_arn if error.unfinished else ""
    doubt = error.facts.doubt and "may exist in AWS all the same" in text
    if held and held not in existing:
        yield f"hands on a backup that does not exist: {held}"
    if held and held not in text:
        yield f"does not name the backup that it hands on: {held}"
    if existing and not held and not doubt:
        yield f"loses the backup {existing[0]}"
    if existing and "No backup was started" in text:
        yield "says that no backup was started"
    if not existing and "goes on in AWS" in text:
        yield "says that a backup goes on in AWS"
