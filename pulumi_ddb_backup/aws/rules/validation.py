"""Every rule that an input must meet before AWS is asked anything, with its limit and its words.

The rules of names, timeout and region are those of the AWS API reference of CreateBackup
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from .arns import BackupArn, TableArn
from .choices import BACKUP_TYPE_DEFAULT as BACKUP_TYPE_DEFAULT
from .choices import BACKUP_TYPES as BACKUP_TYPES
from .choices import DELETION_POLICIES as DELETION_POLICIES
from .choices import DELETION_POLICY_DEFAULT as DELETION_POLICY_DEFAULT
from .naming import GENERATED_SUFFIX_LENGTH
from .regions import is_region
from .text import shown
from .values import without_none

NAME_MIN: Final = 3
NAME_MAX: Final = 255
PREFIX_MAX: Final = NAME_MAX - GENERATED_SUFFIX_LENGTH
TIMEOUT_MIN_SECONDS: Final = 60
TIMEOUT_MAX_SECONDS: Final = 7200
TIMEOUT_DEFAULT_SECONDS: Final = 1800

_NAME = re.compile(r"[a-zA-Z0-9_.-]+")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_ONE_OF_TWO = "Give backup_name or backup_name_prefix, exactly one of the two."
_TABLE_REQUIRED = "table_name is required and cannot be empty"


@dataclass(frozen=True, slots=True)
class Failure:
    """One broken rule.

    Attributes:
        property: The name of the input.
        reason: What is wrong with it, in a sentence that begins with that name.
    """

    property: str
    reason: str


def _empty(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} must be a string (got {shown(value)})"
    elif not value.strip():
        yield f"{name} is required and cannot be empty"


def a_name(
    name: str, value: object, shortest: int, longest: int, given: object = None
) -> Iterator[str]:
    """`given` is what the user gave, where `value` was made from it."""
    if not isinstance(value, str) or not value.strip():
        yield from _empty(name, value)
        return
    if len(value) < shortest:
        yield f"{name} must be at least {shortest} characters (got {len(value)})"
    if len(value) > longest:
        yield f"{name} must be {longest} characters or less (got {len(value)})"
    if not _NAME.fullmatch(value):
        yield (
            f"{name} must contain only alphanumeric characters, hyphens, underscores, "
            f"and periods (pattern: [a-zA-Z0-9_.-]+) (got {shown(given or value)})"
        )


def a_table_name(name: str, value: object) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("arn:"):
        if TableArn.parse(value) is None:
            yield (
                f"{name} must be a table name or a table ARN of the form "
                f"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME (got {shown(value)})"
            )
    else:
        yield from a_name(name, value, NAME_MIN, NAME_MAX)


def _table_name(value: object) -> Iterator[str]:
    yield from a_table_name("table_name", value)


def a_flag(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{name} must be true or false (got {shown(value)})"


def a_timeout(value: object, most: int = TIMEOUT_MAX_SECONDS) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1 != 0:
        yield f"timeout must be a whole number of seconds (got {shown(value)})"
    elif value < TIMEOUT_MIN_SECONDS:
        yield f"timeout must be at least {TIMEOUT_MIN_SECONDS} seconds (got {shown(int(value))})"
    elif value > most:
        yield f"timeout must be at most {most} seconds (got {shown(int(value))})"


def a_region(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not is_region(value):
        yield f"region must be a valid AWS region identifier (got {shown(value)})"


def _profile(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield from _empty("profile", value)
    elif len(value) > NAME_MAX or not value.isprintable():
        yield f"profile must be a name of up to {NAME_MAX} printable characters (got {shown(value)})"


def _role_arn(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not _ROLE_ARN.fullmatch(value):
        yield (
            "role_arn must be an IAM role ARN of the form "
            f"arn:aws:iam::ACCOUNT:role/NAME (got {shown(value)})"
        )


def _endpoint_url(value: object) -> Iterator[str]:
    # The value is not repeated: what is wrong with it may be a password.
    try:
        url = urlsplit(value if isinstance(value, str) else "")
        fits = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or not isinstance(value, str) or not re.fullmatch(r"[!-~]{1,2048}", value):
        yield "endpoint_url must be a URL of the form https://HOST[:PORT]"
    elif url.username or url.password:
        yield "endpoint_url must not hold a user name or a password"


def _triggers(value: object) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"triggers must be a mapping of names to values (got {shown(value)})"


def _deletion_policy(value: object) -> Iterator[str]:
    if value not in DELETION_POLICIES:
        yield f'deletion_policy must be "retain" or "delete" (got {shown(value)})'


def a_backup_arn(name: str, value: object) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("arn:") and ":backup:" in value[:40]:
        yield (
            f"{name} must be an on-demand backup of DynamoDB itself: AWS Backup's vault manages its own "
            f"recovery points (got {shown(value)})"
        )
    elif not isinstance(value, str) or BackupArn.parse(value) is None:
        yield (
            f"{name} must be a backup ARN of the form "
            f"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID (got {shown(value)})"
        )


def a_moment(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        yield f"{name} must be a datetime with its time zone (got {shown(value)})"


def _backup_type(value: object) -> Iterator[str]:
    if value not in BACKUP_TYPES:
        yield f"backup_type must be one of {', '.join(BACKUP_TYPES)} (got {shown(value)})"


Rules = Mapping[str, Callable[[object], Iterator[str]]]
"""What is wrong with a value, by the name of its input."""

SHARED_RULES: Final[Rules] = {
    # Of inputs that one backup and many have in common.
    "backup_name_prefix": lambda value: a_name("backup_name_prefix", value, 1, PREFIX_MAX),
    "profile": _profile,
    "role_arn": _role_arn,
    "endpoint_url": _endpoint_url,
    "timeout": a_timeout,
    "triggers": _triggers,
    "deletion_policy": _deletion_policy,
}
_RULES: Final[Rules] = {
    "table_name": _table_name,
    "backup_name": lambda value: a_name("backup_name", value, NAME_MIN, NAME_MAX),
    "region": a_region,
    **SHARED_RULES,
    "existing_backup_arn": lambda value: a_backup_arn("existing_backup_arn", value),
}
_QUERY_RULES: Final[Rules] = {
    "table_name": _table_name,
    "backup_name_prefix": lambda value: a_name("backup_name_prefix", value, 1, NAME_MAX),
    "since": lambda value: a_moment("since", value),
    "until": lambda value: a_moment("until", value),
    "backup_type": _backup_type,
    "timeout": a_timeout,
}


def validate(inputs: Mapping[str, object], unknown: Collection[str] = frozenset()) -> list[Failure]:
    """Check the inputs of a `Backup`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs. None is the same as leaving it out.
        unknown: Names of inputs whose value is not known yet, as in a Pulumi preview. They count as
            given, and their value is not checked. Default: none.
    """
    values = without_none(inputs)
    known = {key: value for key, value in values.items() if key not in unknown}
    failures = broken_rules(_RULES, known)
    given = set(values) | set(unknown)
    failures += _missing(given)
    failures += _contradictions(known)
    return failures


def validate_query(inputs: Mapping[str, object], *, of_one_table: bool = False) -> list[Failure]:
    """Every failure of a search for backups at once; None is the same as absent."""
    known = without_none(inputs)
    failures = broken_rules(_QUERY_RULES, known)
    if of_one_table and "table_name" not in known:
        failures.append(Failure("table_name", _TABLE_REQUIRED))
    since, until = known.get("since"), known.get("until")
    if isinstance(since, datetime) and isinstance(until, datetime):
        comparable = not {"since", "until"}.intersection(failure.property for failure in failures)
        if comparable and until <= since:
            failures.append(Failure("until", "until must be later than since"))
    return failures


def broken_rules(rules: Rules, known: Mapping[str, object]) -> list[Failure]:
    """The failures of each value by itself."""
    return [
        Failure(key, reason)
        for key, rule in rules.items()
        if key in known
        for reason in rule(known[key])
    ]


def _missing(given: Collection[str]) -> Iterator[Failure]:
    if "existing_backup_arn" in given:  # the backup itself tells its table and its name
        for key in ("backup_name", "backup_name_prefix"):
            if key in given:
                yield Failure(
                    key,
                    f"{key} must be left out beside existing_backup_arn: that backup has a name",
                )
        return
    if "table_name" not in given:
        yield Failure("table_name", _TABLE_REQUIRED)
    yield from one_name(given)


def one_name(given: Collection[str]) -> Iterator[Failure]:
    """What is wrong unless exactly one of `backup_name` and `backup_name_prefix` is given."""
    if "backup_name" in given and "backup_name_prefix" in given:
        yield Failure(
            "backup_name", f"backup_name and backup_name_prefix exclude each other. {_ONE_OF_TWO}"
        )
    if "backup_name" not in given and "backup_name_prefix" not in given:
        yield Failure("backup_name", f"backup_name is required and cannot be empty. {_ONE_OF_TWO}")


def _contradictions(known: Mapping[str, object]) -> Iterator[Failure]:
    region = known.get("region")
    name = known.get("table_name")
    table = TableArn.parse(name) if isinstance(name, str) else None
    existing = known.get("existing_backup_arn")
    backup = BackupArn.parse(existing) if isinstance(existing, str) else None
    for key, arn in (("table_name", table), ("existing_backup_arn", backup)):
        if arn and isinstance(region, str) and is_region(region) and region != arn.region:
            yield Failure(
                "region", f"region '{region}' differs from '{arn.region}', the region in {key}"
            )
    if backup and isinstance(name, str):
        same = table.arn == backup.table_arn if table else name == backup.table
        if not same and (table or not list(_table_name(name))):
            yield Failure(
                "existing_backup_arn",
                f"existing_backup_arn is a backup of table '{backup.table}', "
                f"table_name names {shown(name)}",
            )
