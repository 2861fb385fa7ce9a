"""A table created from the latest backup of another, and left alone ever after."""

import pulumi

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
restored = ddb_backup.ProtectedTable(
    "orders-restored",
    restore_from=ddb_backup.LatestBackup(config.require("table")),
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    deletion_protection_enabled=config.require_bool("deletionProtection"),
    tags={"restored-from": config.require("table")},  # a restore leaves tags out; this sets them
)
pulumi.export("restored_table", restored.table_name)
