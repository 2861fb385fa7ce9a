"""What went wrong, for a person and for a script: the library's own words, and the next command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from ..aws.calls.denials import NOT_ALLOWED, denial
from ..aws.compare.errors import ComparisonCancelledError, ComparisonTimeoutError
from ..aws.errors import (
    AccessDeniedError,
    BackupCancelledError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    ConfigurationError,
    CredentialsError,
    ValidationError,
)
from ..aws.facts import OF_VAULTS, Stage
from ..aws.fleet.records import TableOutcome
from ..aws.rules.arns import BackupArn
from ..aws.rules.regions import SET_A_REGION
from ..aws.rules.subject import NO_TABLE
from ..aws.rules.validation import Failure
from .exit_codes import code_of

OPTIONS: Final[Mapping[str, str]] = {
    # What the command line calls an input of the library.
    "backup_name": "--name",
    "backup_name_prefix": "--prefix",
    "table_pattern": "PATTERN",
    "exclude_pattern": "--exclude",
    "tags": "--tag",
    "regions": "--region",
    "all_regions": "--all-regions",
    "region": "--region",
    "timeout": "--timeout",
    "profile": "--profile",
    "role_arn": "--role-arn",
    "endpoint_url": "--endpoint-url",
    "since": "--since",
    "until": "--until",
    "table_name": "TABLE",
    "existing_backup_arn": "ARN",
    "backup_arn": "ARN",
    "point_in_time": "TABLE",
    "target_table_name": "NEW-TABLE",
    "billing_mode": "--billing-mode",
    "provisioned_throughput": "--read-capacity with --write-capacity",
    "read_capacity_units": "--read-capacity",
    "write_capacity_units": "--write-capacity",
    "local_indexes": "--local-index",
    "global_indexes": "--global-index",
    "sse_specification": "--encryption",
    "kms_master_key_id": "--kms-key",
    "keep_last": "--keep-last",
    "keep_hourly": "--keep-hourly",
    "keep_daily": "--keep-daily",
    "keep_weekly": "--keep-weekly",
    "keep_monthly": "--keep-monthly",
    "keep_yearly": "--keep-yearly",
    "keep_within": "--keep-within",
    "timezone": "--timezone",
    "owner": "--owner",
    "prices": "--prices",
    "vault": "--vault",
    "kms_key_arn": "--kms-key",
    "recovery_point_arn": "ARN",
    "backup_role_arn": "--role",
    "delete_after_days": "--delete-after-days",
    "cold_after_days": "--cold-after-days",
    "copy_to": "--copy-to",
    "start_window_minutes": "--start-window",
    "other_table_name": "OTHER-TABLE",
    "subset": "--subset",
    "read_units_per_second": "--read-units-per-second",
    "last_write_attribute": "--last-write-attribute",
    "written_since": "--written-since",
    "sample": "--sample",
    "state_file": "--state",
    "other_profile": "--other-profile",
    "other_role_arn": "--other-role-arn",
}
ARNS_TOLD: Final = 5
"""So many ARNs are put into one command to type."""

_STOPS: Final = (".", ":", ";", ",", "!", "?")
_INPUT = re.compile(r"(?<![\w'.-])(?P<name>[a-z]+(?:_[a-z]+)*)(?P<index>\[\d+\])?(?!\w)")


def message(error: BackupError, names: Mapping[str, str] | None = None) -> str:
    """The error in the resource's own words, but with the command line's ways to set things right.

    Args:
        error: What went wrong.
        names: What a command calls single inputs, such as `tables[0]`.
    """
    if not isinstance(error, ValidationError):
        return str(error).replace(SET_A_REGION, "Give --region, or set AWS_REGION")
    return "\n".join(
        dict.fromkeys(_in_options(failure.reason, names or {}) for failure in error.failures)
    )


def _in_options(reason: str, names: Mapping[str, str]) -> str:
    def renamed(found: re.Match[str]) -> str:
        if found[0] in names:
            return names[found[0]]
        # "region" and such are words of the sentence too, unless it begins with them.
        is_input = "_" in found["name"] or found["index"] or found.start() == 0
        return OPTIONS.get(found["name"], found[0]) if is_input else found[0]

    return _INPUT.sub(renamed, reason)


def broken(name: str, reason: str) -> ValidationError:
    """The error of a rule that only the command line has."""
    return ValidationError([Failure(name, reason)])


def next_steps(error: BackupError, command: Callable[..., str], again: str) -> Iterator[str]:
    """What to type next, as far as the message does not say it.

    Args:
        error: What went wrong.
        command: Makes a command line that calls AWS as this one did.
        again: This very command line.
    """
    facts = error.facts
    if arn := _to_wait_for(error):
        which = "it" if _going_on(error) else "that one"
        yield f"Wait for {which}: {command('wait', arn)}"
    if error.unfinished_restore or error.unfinished_vault_backup:
        yield f"Go on with it: {again}"
    elif facts.doubt and error.stage in (*OF_VAULTS, Stage.POINT_RESTORE):
        yield f"Go on with it, if it exists: {again}"
    elif facts.doubt:
        yield f"Look for it: {command('list', facts.table_name, '--region', facts.region)}"
    if isinstance(error, (ComparisonTimeoutError, ComparisonCancelledError)):
        kept = "--state" in again
        yield (
            f"Go on with it: {again}"
            if kept
            else f"To be able to continue next time: {again} --state FILE"
        )
    if isinstance(error, BackupNotFoundError) and (gone := BackupArn.parse(facts.backup_arn)):
        yield f"What there is: {command('list', gone.table, '--region', gone.region)}"
    if isinstance(error, (ConfigurationError, CredentialsError)):
        yield "Options: --region, --profile, --role-arn, --endpoint-url; else the AWS environment."
    if isinstance(error, AccessDeniedError) and denial(facts.detail) is NOT_ALLOWED:
        yield "What to allow: ddb-backup iam-policy --help"


def _going_on(error: BackupError) -> str | None:
    """The ARN of the backup that goes on in AWS; one that has not been looked at yet may."""
    if error.unfinished:
        return error.unfinished.backup_arn
    return error.facts.backup_arn or None if isinstance(error, BackupCancelledError) else None


def _to_wait_for(error: BackupError) -> str | None:
    """The ARN of the backup that goes on in AWS, or that somebody else has started."""
    in_use = error.facts.backup_arn if isinstance(error, BackupInUseError) else None
    return _going_on(error) or in_use or None


def next_steps_of_all(
    errors: Sequence[BackupError], command: Callable[..., str], again: str
) -> list[str]:
    """What to type next after several failures; see `next_steps`."""
    waited = {arn: error.facts.region for error in errors if (arn := _to_wait_for(error))}
    if len(waited) == 1:
        waited = {}  # it is told with its own error
    joined = [waiting(list(waited), waited.values(), command)] if waited else []
    others = [error for error in errors if _to_wait_for(error) not in waited]
    steps = (step for error in others for step in next_steps(error, command, again))
    return [*joined, *dict.fromkeys(steps)]


def waiting(arns: Sequence[str], regions: Iterable[str], command: Callable[..., str]) -> str:
    """The one command that waits for backups that go on, however many.

    Args:
        arns: Their ARNs.
        regions: Their regions.
        command: Makes a command line that calls AWS as this one did.
    """
    if len(arns) <= ARNS_TOLD:
        return f"Wait for {'it' if len(arns) == 1 else 'them'}: {command('wait', *arns)}"
    where = [word for region in sorted(set(regions)) for word in ("--region", region)]
    return f"Wait for all that are CREATING: {command('wait', '--all', *where)}"


def as_json(error: BackupError, names: Mapping[str, str] | None = None) -> dict[str, object]:
    """The error as an object."""
    facts, table, vault = error.facts, error.unfinished_restore, error.unfinished_vault_backup
    going_on = _going_on(error)
    if table:
        going_on = table.id if error.stage is Stage.POINT_RESTORE else table.table_arn
    if vault:
        going_on = vault.recovery_point_arn or vault.backup_job_id
    return {
        "kind": type(error).__name__,
        "message": message(error, names),
        "exit_code": int(code_of(error)),
        "table_name": None if facts.table_name in NO_TABLE else facts.table_name,
        "region": facts.region or None,
        "backup_arn": facts.backup_arn or None,
        "goes_on": going_on,
    }


def of_outcomes(outcomes: Iterable[TableOutcome]) -> list[dict[str, object]]:
    """The failures among `outcomes`, each with its table."""
    return [
        {
            "table_name": None if outcome.table.is_region else outcome.table.table_name,
            "region": outcome.table.region,
            "backup": outcome.backup,
            "error": as_json(outcome.error),
        }
        for outcome in outcomes
        if outcome.error is not None
    ]


def line(outcome: TableOutcome) -> str:
    """All that is known of a failure, on one line, with the table and its region."""
    return f"{outcome.table.shown}: {on_one_line(str(outcome.error or ''))}"


def on_one_line(text: str) -> str:
    """The lines of `text` on one; a line that ends without a stop, as with an ARN, gets a dash."""
    first, *more = text.splitlines() or [""]
    for after in more:
        first += f" {after}" if first.endswith(_STOPS) else f" - {after}"
    return first


def errors_of(outcomes: Sequence[TableOutcome]) -> list[BackupError]:
    """The errors among `outcomes`."""
    return [outcome.error for outcome in outcomes if outcome.error is not None]
