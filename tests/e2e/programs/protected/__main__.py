"""A protected table, its arguments from configuration, perhaps restored from a backup."""

import pulumi

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
source = config.get("latestOf")
users = ddb_backup.ProtectedTable(
    "users",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    restore_from=ddb_backup.LatestBackup(source) if source else config.get("restoreFrom"),
    **config.get_object("table", {}),
)
pulumi.export("table_name", users.table_name)
pulumi.export("table_arn", users.table_arn)
if config.get_bool("latest"):
    pulumi.export("latest_backup_arn", users.latest_backup_arn)
