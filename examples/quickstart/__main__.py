"""A table, and a backup of it for each release."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

table = aws.dynamodb.Table(
    "orders",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery={"enabled": True},
)
backup = ddb_backup.Backup(
    "orders-pre-release",
    table_name=table.arn,
    backup_name_prefix="orders-",
    triggers={"release": pulumi.Config().require("release")},
)
pulumi.export("backup_arn", backup.backup_arn)
pulumi.export("backup_name", backup.backup_name)
