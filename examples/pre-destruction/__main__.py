"""A table that is not deleted without a final backup."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

final = ddb_backup.hooks.final_backup(backup_name_prefix="{table}-final-")
table = aws.dynamodb.Table(
    "orders",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery={"enabled": True},
    opts=ddb_backup.hooks.with_final_backup(final),
)
pulumi.export("table", table.name)
