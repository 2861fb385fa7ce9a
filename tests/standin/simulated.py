"""The types that the simulator of AWS has too: by which calls, with which parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from tests.standin.properties import DEFAULTS, Aws, Properties

Parameters = dict[str, Any]


class Simulated(Protocol):
    """How a type is made, looked for, changed and deleted in the simulator."""

    def create(self, aws: Aws, outputs: Properties) -> Properties: ...
    def exists(self, aws: Aws, id: str, state: Properties) -> bool: ...
    def update(self, aws: Aws, id: str, outputs: Properties) -> Properties: ...
    def delete(self, aws: Aws, id: str, state: Properties) -> None: ...


@dataclass(frozen=True)
class Calls:
    """A type by four calls of boto3; each takes what its function gives.

    Attributes:
        service: The name of boto3's client.
        make: The call that creates it, and its parameters.
        look: The call that finds it.
        key: The parameters by which it is found and deleted, from its outputs and its id.
        drop: The call that deletes it. Default: none.
        change: The call that changes it, with the parameters of `make`. Default: none.
        told: What the answer of `make` adds to the outputs. Default: nothing.
    """

    service: str
    make: tuple[str, Callable[[Properties], Parameters]]
    look: str
    key: Callable[[Properties, str], Parameters]
    drop: str = ""
    change: str = ""
    told: Callable[[Parameters], Properties] = lambda answer: {}

    def create(self, aws: Aws, outputs: Properties) -> Properties:
        name, parameters = self.make
        return self.told(getattr(aws.of(self.service), name)(**parameters(outputs)))

    def exists(self, aws: Aws, id: str, state: Properties) -> bool:
        client = aws.of(self.service)
        try:
            getattr(client, self.look)(**self.key(state, id))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise
            return False
        return True

    def update(self, aws: Aws, id: str, outputs: Properties) -> Properties:
        if self.change:
            parameters = {**self.make[1](outputs), **self.key(outputs, id)}
            getattr(aws.of(self.service), self.change)(**parameters)
        return {}

    def delete(self, aws: Aws, id: str, state: Properties) -> None:
        if self.drop:
            getattr(aws.of(self.service), self.drop)(**self.key(state, id))


def pascal(value: Any) -> Any:
    """The plugin's names as AWS has them, where they differ in their first letter alone."""
    if isinstance(value, Mapping):
        return {
            key[:1].upper() + key[1:]: pascal(one) for key, one in value.items() if key != DEFAULTS
        }
    return [pascal(one) for one in value] if isinstance(value, list) else value


def _named(name: str, source: str = "name") -> Callable[[Properties, str], Parameters]:
    return lambda state, id: {name: state[source]}


def _schedule(outputs: Properties) -> Parameters:
    kept = {key: value for key, value in outputs.items() if key not in ("arn", "region")}
    return dict(pascal(kept))


def _queue(outputs: Properties) -> Parameters:
    attributes = {"MessageRetentionPeriod": str(outputs.get("messageRetentionSeconds", 345_600))}
    return {"QueueName": outputs["name"], "Attributes": attributes}


def _plan(outputs: Properties) -> Parameters:
    return {
        "BackupPlan": {
            "BackupPlanName": outputs["name"],
            "Rules": [_rule(one) for one in outputs["rules"]],
        }
    }


def _rule(rule: Properties) -> Parameters:
    renamed = {
        "targetVaultName": "TargetBackupVaultName",
        "schedule": "ScheduleExpression",
        "startWindow": "StartWindowMinutes",
        "completionWindow": "CompletionWindowMinutes",
    }
    told = {
        renamed.get(key, key[:1].upper() + key[1:]): value
        for key, value in rule.items()
        if value is not None and key not in (DEFAULTS, "lifecycle", "copyActions")
    }
    if rule.get("lifecycle"):
        told["Lifecycle"] = _lifecycle(rule["lifecycle"])
    told["CopyActions"] = [
        {
            "DestinationBackupVaultArn": one["destinationVaultArn"],
            **({"Lifecycle": _lifecycle(one["lifecycle"])} if one.get("lifecycle") else {}),
        }
        for one in rule.get("copyActions") or []
    ]
    return told


def _lifecycle(days: Properties) -> Parameters:
    names = {"coldStorageAfter": "MoveToColdStorageAfterDays", "deleteAfter": "DeleteAfterDays"}
    return {names[key]: value for key, value in days.items() if key in names}


def _lock(outputs: Properties) -> Parameters:
    kept = {key: value for key, value in outputs.items() if key not in ("backupVaultArn", "region")}
    return dict(pascal(kept))


def _of_role(state: Properties, id: str) -> Parameters:
    return {"RoleName": state["role"], "PolicyName": state["name"]}


SIMULATED: Mapping[str, Simulated] = {
    "aws:scheduler/scheduleGroup:ScheduleGroup": Calls(
        "scheduler",
        ("create_schedule_group", lambda outputs: {"Name": outputs["name"]}),
        "get_schedule_group",
        _named("Name"),
        "delete_schedule_group",
    ),
    "aws:scheduler/schedule:Schedule": Calls(
        "scheduler",
        ("create_schedule", _schedule),
        "get_schedule",
        lambda state, id: {"Name": state["name"], "GroupName": state["groupName"]},
        "delete_schedule",
        "update_schedule",
    ),
    "aws:sqs/queue:Queue": Calls(
        "sqs",
        ("create_queue", _queue),
        "get_queue_attributes",
        _named("QueueUrl", "url"),
        "delete_queue",
        told=lambda answer: {"url": answer["QueueUrl"]},
    ),
    "aws:backup/vault:Vault": Calls(
        "backup",
        ("create_backup_vault", lambda outputs: {"BackupVaultName": outputs["name"]}),
        "describe_backup_vault",
        _named("BackupVaultName"),
        "delete_backup_vault",
    ),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": Calls(
        "backup",
        ("put_backup_vault_lock_configuration", _lock),
        "describe_backup_vault",
        _named("BackupVaultName", "backupVaultName"),
        "delete_backup_vault_lock_configuration",
    ),
    "aws:backup/plan:Plan": Calls(
        "backup",
        ("create_backup_plan", _plan),
        "get_backup_plan",
        lambda state, id: {"BackupPlanId": id},
        "delete_backup_plan",
        "update_backup_plan",
        told=lambda answer: {"id": answer["BackupPlanId"], "arn": answer["BackupPlanArn"]},
    ),
    "aws:iam/role:Role": Calls(
        "iam",
        (
            "create_role",
            lambda outputs: {
                "RoleName": outputs["name"],
                "AssumeRolePolicyDocument": outputs["assumeRolePolicy"],
            },
        ),
        "get_role",
        _named("RoleName"),
        "delete_role",
    ),
    "aws:iam/rolePolicy:RolePolicy": Calls(
        "iam",
        (
            "put_role_policy",
            lambda outputs: {**_of_role(outputs, ""), "PolicyDocument": outputs["policy"]},
        ),
        "get_role_policy",
        _of_role,
        "delete_role_policy",
        "put_role_policy",
    ),
}
"""By their tokens. AWS's own policies and selections have no effect on what the simulator does."""
