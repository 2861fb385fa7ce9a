"""Every rule that the inputs of a backup in a vault must meet before AWS is asked anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from ..rules.arns import TableArn
from ..rules.text import shown
from ..rules.validation import (
    NAME_MAX,
    NAME_MIN,
    SHARED_RULES,
    Failure,
    Rules,
    a_name,
    a_region,
    a_table_name,
    a_timeout,
    broken_rules,
)
from ..rules.values import without_none
from .arns import VAULT_NAME, RecoveryPointArn, VaultArn, vault_name
from .choices import (
    COLD_MIN_DAYS,
    COPIES_MAX,
    DAYS_MAX,
    ON_LOCKED,
    START_WINDOW_MAX_MINUTES,
    START_WINDOW_MIN_MINUTES,
    VAULT_TIMEOUT_MAX_SECONDS,
    WAIT_FOR,
)

_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_KEY: Final = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(?:key|alias)/[\w/-]+", re.ASCII)
_VAULT_FORM: Final = "arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME"


def _whole(name: str, value: object, least: int, most: int, unit: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1 != 0:
        yield f"{name} must be a whole number of {unit} (got {shown(value)})"
    elif not least <= value <= most:
        yield f"{name} must be {least} to {most} {unit} (got {shown(int(value))})"


def _vault(value: object) -> Iterator[str]:
    fits = isinstance(value, str) and (VaultArn.parse(value) or re.fullmatch(VAULT_NAME, value))
    if not fits:
        yield (
            "vault must be a vault's name (2 to 50 letters, digits, hyphens and underscores) or its "
            f"ARN, {_VAULT_FORM} (got {shown(value)})"
        )


def _backup_role(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not _ROLE.fullmatch(value):
        yield (
            "backup_role_arn must be the ARN of the IAM role that AWS Backup assumes, "
            f"arn:aws:iam::ACCOUNT:role/NAME (got {shown(value)})"
        )


def _kms_key(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        yield (
            "kms_key_arn must be the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID "
            f"(got {shown(value)})"
        )


def _copy_to(value: object) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        yield f"copy_to must be a list of vault ARNs (got {shown(value)})"
        return
    if len(value) > COPIES_MAX:
        yield f"copy_to must name at most {COPIES_MAX} vaults (got {len(value)})"
    for at, one in enumerate(value[:COPIES_MAX]):
        if not isinstance(one, str) or VaultArn.parse(one) is None:
            yield f"copy_to[{at}] must be a vault's ARN, {_VAULT_FORM} (got {shown(one)})"
        elif one in value[:at]:
            yield f"copy_to[{at}] names a vault a second time (got {shown(one)})"


def a_recovery_point(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, str) or RecoveryPointArn.parse(value) is None:
        yield (
            f"{name} must be a recovery point's ARN, arn:aws:backup:REGION:ACCOUNT:recovery-point:ID "
            f"(got {shown(value)})"
        )


def _one_of(name: str, value: object, words: Collection[str]) -> Iterator[str]:
    if value not in words:
        told = " or ".join(f'"{word}"' for word in words)
        yield f"{name} must be {told} (got {shown(value)})"


_RULES: Final[Rules] = {
    "table_name": lambda value: a_table_name("table_name", value),
    "vault": _vault,
    "backup_role_arn": _backup_role,
    "delete_after_days": lambda v: _whole("delete_after_days", v, 1, DAYS_MAX, "days"),
    "cold_after_days": lambda v: _whole("cold_after_days", v, 1, DAYS_MAX, "days"),
    "copy_to": _copy_to,
    "start_window_minutes": lambda v: _whole(
        "start_window_minutes", v, START_WINDOW_MIN_MINUTES, START_WINDOW_MAX_MINUTES, "minutes"
    ),
    "wait_for": lambda value: _one_of("wait_for", value, WAIT_FOR),
    "region": a_region,
    **{
        key: SHARED_RULES[key]
        for key in ("profile", "role_arn", "endpoint_url", "triggers", "deletion_policy")
    },
    "timeout": lambda value: a_timeout(value, VAULT_TIMEOUT_MAX_SECONDS),
    "copies_deletion_policy": lambda value: _one_of(
        "copies_deletion_policy", value, ("retain", "delete")
    ),
    "on_locked": lambda value: _one_of("on_locked", value, ON_LOCKED),
    "existing_recovery_point_arn": lambda value: a_recovery_point(
        "existing_recovery_point_arn", value
    ),
}


def validate_vault_backup(
    inputs: Mapping[str, object], unknown: Collection[str] = frozenset()
) -> list[Failure]:
    """Check the inputs of a `VaultBackup`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs. None is the same as leaving it out.
        unknown: Names of inputs whose value is not known yet, as in a Pulumi preview. They count as
            given, and their value is not checked. Default: none.
    """
    values = {key: value for key, value in without_none(inputs).items() if value not in ([], ())}
    known = {key: value for key, value in values.items() if key not in unknown}
    failures = broken_rules(_RULES, known)
    broken = {failure.property for failure in failures}
    failures += _missing({*values, *unknown})
    sound: dict[str, Any] = {key: value for key, value in known.items() if key not in broken}
    failures += _lifecycle(sound)
    failures += _places(sound)
    if sound.get("wait_for") == "started" and sound.get("copy_to"):
        failures.append(
            Failure(
                "wait_for",
                'wait_for must be "completed" or "copies" beside copy_to: only a completed backup '
                "can be copied",
            )
        )
    return failures


def _missing(given: Collection[str]) -> Iterator[Failure]:
    existing = "existing_recovery_point_arn" in given
    if "vault" not in given:
        yield Failure("vault", "vault is required: the name or ARN of a vault of AWS Backup")
    if existing:  # the recovery point itself tells the rest
        for key in ("delete_after_days", "cold_after_days"):
            if key in given:
                yield Failure(
                    key,
                    f"{key} must be left out beside existing_recovery_point_arn: that recovery point "
                    "has its lifecycle",
                )
    elif "table_name" not in given:
        yield Failure("table_name", "table_name is required and cannot be empty")
    if "backup_role_arn" not in given and (not existing or "copy_to" in given):
        yield Failure(
            "backup_role_arn",
            "backup_role_arn is required: the IAM role that AWS Backup assumes, such as "
            "arn:aws:iam::ACCOUNT:role/service-role/AWSBackupDefaultServiceRole",
        )


def _lifecycle(sound: Mapping[str, Any]) -> Iterator[Failure]:
    cold, delete = sound.get("cold_after_days"), sound.get("delete_after_days")
    if cold is not None and delete is not None and delete < cold + COLD_MIN_DAYS:
        yield Failure(
            "delete_after_days",
            f"delete_after_days must be at least {COLD_MIN_DAYS} days more than cold_after_days: "
            f"cold storage is paid for that long (got {delete:.0f}, at least "
            f"{cold + COLD_MIN_DAYS:.0f})",
        )


def _places(sound: Mapping[str, Any]) -> Iterator[Failure]:
    """What contradicts what, of all that names a region or an account."""
    vault = VaultArn.parse(sound.get("vault", ""))
    table = TableArn.parse(sound.get("table_name", ""))
    point = RecoveryPointArn.parse(sound.get("existing_recovery_point_arn", ""))
    region = sound.get("region")
    for key, arn in (
        ("table_name", table),
        ("existing_recovery_point_arn", point),
        ("vault", vault),
    ):
        if arn and region and arn.region != region:
            yield Failure(
                "region", f"region '{region}' differs from '{arn.region}', the region in {key}"
            )
    for key, of in (("table_name", table), ("existing_recovery_point_arn", point)):
        if vault and of and (vault.region, vault.account) != (of.region, of.account):
            yield Failure(
                "vault",
                f"vault must be in the region and account of {key}, {of.region} and {of.account} "
                f"(got {vault.arn}); to have a copy elsewhere, give copy_to",
            )
    home = vault or table or point
    for one in sound.get("copy_to", ()):
        to = VaultArn.parse(one)
        same = to and home and (to.region, to.account) == (home.region, home.account)
        if to and same and to.vault == vault_name(sound.get("vault", "")):
            yield Failure("copy_to", f"copy_to names the vault of the backup itself ({one})")


def validate_point_restore(inputs: Mapping[str, object]) -> list[Failure]:
    """Check a `PointRestoreRequest`, and report every broken rule at once.

    Args:
        inputs: What its `inputs()` returns.
    """
    rules: Rules = {
        "target_table_name": lambda v: a_name("target_table_name", v, NAME_MIN, NAME_MAX),
        "recovery_point_arn": lambda v: a_recovery_point("recovery_point_arn", v),
        "kms_key_arn": _kms_key,
        **{key: _RULES[key] for key in ("vault", "backup_role_arn", "timeout")},
    }
    return broken_rules(rules, without_none(inputs))


def within_lock(lifecycle_days: int | None, least: int | None, most: int | None) -> str | None:
    """What is wrong with a retention in a vault whose lock allows these days; None if nothing is."""
    if most is not None and lifecycle_days is None:
        return f"it must be deleted after at most {most} days (got none: it is kept for ever)"
    if most is not None and lifecycle_days is not None and lifecycle_days > most:
        return f"it must be deleted after at most {most} days (got {lifecycle_days})"
    if least is not None and lifecycle_days is not None and lifecycle_days < least:
        return f"it must be kept for at least {least} days (got {lifecycle_days})"
    return None


def validate_points(
    vault: object, table_name: object, timeout: object, recovery_point_arn: object = None
) -> list[Failure]:
    """Every failure of a look at recovery points at once; None is the same as absent."""
    known = without_none(
        {
            "vault": vault,
            "table_name": table_name,
            "timeout": timeout,
            "existing_recovery_point_arn": recovery_point_arn,
        }
    )
    return broken_rules(_RULES, known)
