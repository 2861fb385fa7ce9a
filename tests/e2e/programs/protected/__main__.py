"""A protected table, its arguments from configuration."""

import pulumi

import pulumi_ddb_backup as ddb_backup

users = ddb_backup.ProtectedTable(
    "users",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    **pulumi.Config().get_object("table", {}),
)
pulumi.export("table_name", users.table_name)
pulumi.export("table_arn", users.table_arn)
