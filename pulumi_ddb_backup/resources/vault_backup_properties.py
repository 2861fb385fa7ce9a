"""The property bags of a `VaultBackup`, read into records and written from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from ..aws.rules.arns import TableArn, plain_name
from ..aws.rules.values import without_none
from ..aws.vault.arns import RecoveryPointArn, VaultArn, vault_name
from ..aws.vault.choices import (
    ON_LOCKED_DEFAULT,
    START_WINDOW_DEFAULT_MINUTES,
    VAULT_TIMEOUT_DEFAULT_SECONDS,
    WAIT_FOR_DEFAULT,
)
from ..aws.vault.records import VaultBackupRecord, VaultBackupRequest, VaultCopy
from ..aws.vault.states import CopyState, JobState
from .properties import Inputs, changed_inputs, names_of, record_properties

# What a change of each input does. The engine's own keys, and outputs, are in neither.
REPLACES: Final = (
    "table_name",
    "vault",
    "delete_after_days",
    "cold_after_days",
    "region",
    "triggers",
    "existing_recovery_point_arn",
)
UPDATES: Final = (
    "copy_to",
    "backup_role_arn",
    "start_window_minutes",
    "wait_for",
    "timeout",
    "deletion_policy",
    "copies_deletion_policy",
    "on_locked",
    "profile",
    "role_arn",
    "endpoint_url",
)
COPIES_DELETION_POLICY_DEFAULT: Final = "retain"
DEFAULTS: Final[Mapping[str, Any]] = {
    "timeout": VAULT_TIMEOUT_DEFAULT_SECONDS,
    "deletion_policy": "retain",
    "copies_deletion_policy": COPIES_DELETION_POLICY_DEFAULT,
    "on_locked": ON_LOCKED_DEFAULT,
    "wait_for": WAIT_FOR_DEFAULT,
    "start_window_minutes": START_WINDOW_DEFAULT_MINUTES,
}
_WHOLE: Final = ("timeout", "start_window_minutes", "delete_after_days", "cold_after_days")
_MOMENTS: Final = ("creation_date_time", "completion_date_time", "delete_at", "cold_at")
_WHOLE_OUTPUTS: Final = ("backup_size_bytes",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultBackupInputs(Inputs):
    """The inputs of a `VaultBackup`, checked and with their defaults."""

    table_name: str = ""
    vault: str = ""
    backup_role_arn: str = ""
    delete_after_days: int | None = None
    cold_after_days: int | None = None
    copy_to: tuple[str, ...] = ()
    start_window_minutes: int = START_WINDOW_DEFAULT_MINUTES
    wait_for: str = WAIT_FOR_DEFAULT
    timeout: int = VAULT_TIMEOUT_DEFAULT_SECONDS
    copies_deletion_policy: str = COPIES_DELETION_POLICY_DEFAULT
    on_locked: str = ON_LOCKED_DEFAULT
    region: str | None = None
    existing_recovery_point_arn: str | None = None

    @classmethod
    def of(cls, props: Mapping[str, Any]) -> VaultBackupInputs:
        """The inputs in a bag that may hold outputs too."""
        names = set(INPUTS)
        given = {key: value for key, value in without_none(props).items() if key in names}
        for key in _WHOLE:  # the engine sends every number as a float
            if key in given:
                given[key] = int(given[key])
        if "copy_to" in given:
            given["copy_to"] = tuple(given["copy_to"])
        return cls(**given)

    def values(self) -> dict[str, Any]:
        """Each input under its name, as an output."""
        values = {name: getattr(self, name) for name in INPUTS}
        return {**values, "copy_to": list(self.copy_to)}

    def outputs(self, record: VaultBackupRecord) -> dict[str, Any]:
        """Every output: the inputs as they stand, then what AWS says of them in a record."""
        return {**self.values(), **outputs_of(record)}

    @property
    def arn_region(self) -> str | None:
        """The region in an ARN of the inputs, where one was given."""
        arn = (
            RecoveryPointArn.parse(self.existing_recovery_point_arn or "")
            or TableArn.parse(self.table_name)
            or VaultArn.parse(self.vault)
        )
        return arn.region if arn else None

    def request(self, urn: str | None, apart_from: frozenset[str] = frozenset()) -> Any:
        """The backup that these inputs ask for, on behalf of the resource `urn`."""
        return VaultBackupRequest(
            table_name=self.table_name,
            vault=self.vault,
            backup_role_arn=self.backup_role_arn,
            delete_after_days=self.delete_after_days,
            cold_after_days=self.cold_after_days,
            copy_to=self.copy_to,
            start_window_minutes=self.start_window_minutes,
            wait_for=self.wait_for,
            timeout_seconds=self.timeout,
            identity=self._identity(urn) if urn else None,
            apart_from=apart_from,
        )

    def _identity(self, urn: str) -> str:
        asked = {
            "urn": urn,
            "table": plain_name(self.table_name),
            "vault": vault_name(self.vault),
            "lifecycle": [self.delete_after_days, self.cold_after_days],
            "region": self.region or self.arn_region,
            "triggers": self.triggers,
        }
        return json.dumps(asked, sort_keys=True, default=str)


INPUTS: Final = tuple(name for name in names_of(VaultBackupInputs) if name != "retention")
OUTPUTS: Final = names_of(VaultBackupRecord)


def outputs_of(record: VaultBackupRecord) -> dict[str, Any]:
    """What a record says, as an output tells it."""
    copies = [
        {**record_properties(copy), "message": copy.message or None} for copy in record.copies
    ]
    return {**record_properties(record), "copies": copies}


def record_of(outputs: Mapping[str, Any]) -> VaultBackupRecord:
    """The record that outputs were written from."""
    known: dict[str, Any] = {
        name: outputs.get(name) for name in OUTPUTS if outputs.get(name) is not None
    }
    for name in _MOMENTS:
        if name in known:
            known[name] = datetime.fromisoformat(str(known[name]).replace("Z", "+00:00"))
    for name in _WHOLE_OUTPUTS:
        if name in known:
            known[name] = int(known[name])
    known["copies"] = tuple(_copy_of(one) for one in known.get("copies", ()))
    for name in ("backup_job_id", "job_state", "vault_name", "table_name", "table_arn", "region"):
        known.setdefault(name, "")
    return VaultBackupRecord(**known)


def _copy_of(told: Mapping[str, Any]) -> VaultCopy:
    names = {item.name for item in fields(VaultCopy)}
    known = {key: value for key, value in told.items() if key in names and value is not None}
    return replace(VaultCopy(**known), attempt=int(known.get("attempt", 0)))


def replacing_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs for which another backup is needed.

    Only what is given explicitly is compared, except for triggers and the lifecycle: leaving out a
    region must not replace a backup because of the machine's default one.
    """
    existing = news.get("existing_recovery_point_arn")
    if existing is not None and existing == olds.get("recovery_point_arn"):
        return []  # it is the very recovery point asked for: replacing it could delete it
    return [key for key in REPLACES if _is_replaced(key, olds, news)]


def _is_replaced(key: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    old, new = olds.get(key), news.get(key)
    if key == "triggers":
        return (old or {}) != (new or {})
    if key in ("delete_after_days", "cold_after_days"):
        return bool(old != new)
    if new is None:
        return False
    if key == "table_name":
        return new not in (olds.get("table_name"), olds.get("table_arn"))
    if key == "vault":
        return new not in (old, olds.get("vault_name"), olds.get("vault_arn"))
    return bool(old != new)


def updating_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The other changed inputs."""
    return changed_inputs((*UPDATES, "triggers"), olds, news, DEFAULTS)


def with_new_inputs(olds: Mapping[str, Any], inputs: VaultBackupInputs) -> dict[str, Any]:
    """The old outputs with the inputs as they are given now, where AWS knows no better."""
    given = {name: value for name, value in inputs.values().items() if name not in OUTPUTS}
    return {**olds, **given}


def is_unfinished(outputs: Mapping[str, Any]) -> bool:
    """Whether there is more to do or to wait for than when it was looked at last."""
    waits_for = outputs.get("wait_for") or WAIT_FOR_DEFAULT
    if waits_for == "started":
        return not outputs.get("backup_job_id") and not outputs.get("recovery_point_arn")
    if outputs.get("job_state") != JobState.COMPLETED:
        return True
    states = {one["vault_arn"]: one.get("state") for one in outputs.get("copies") or ()}
    wanted = [states.get(vault) for vault in outputs.get("copy_to") or ()]
    if waits_for == "completed":
        return any(state in (None, "") for state in wanted)
    return any(state != CopyState.COMPLETED for state in wanted)
