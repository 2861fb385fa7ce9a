"""Protected tables, their arguments from configuration, perhaps restored from a backup."""

from typing import Any

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()


def restored_from() -> pulumi.Input[str] | ddb_backup.LatestBackup | None:
    if source := config.get("latestOf"):
        return ddb_backup.LatestBackup(source)
    if table := config.get("restoreOf"):
        backup = ddb_backup.Backup("source", table_name=table, backup_name="source")
        return backup.backup_arn
    return config.get("restoreFrom")


def protected(resource_name: str, **table: Any) -> ddb_backup.ProtectedTable:
    return ddb_backup.ProtectedTable(
        resource_name,
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        **table,
    )


if config.get_bool("protectAll"):
    ddb_backup.hooks.protect_all_tables()
if config.get_bool("keepHook"):
    ddb_backup.hooks.final_backup()
for name in config.get_object("more", []):
    protected(name, name=name, deletion_protection_enabled=False)
if config.get("table") != "gone":
    region = config.get("region")
    users = protected(
        "users",
        restore_from=restored_from(),
        table_opts=pulumi.ResourceOptions(provider=aws.Provider("there", region=region))
        if region
        else None,
        **config.get_object("table", {}),
    )
    pulumi.export("table_name", users.table_name)
    pulumi.export("table_arn", users.table_arn)
    if config.get_bool("latest"):
        pulumi.export("latest_backup_arn", users.latest_backup_arn)
