"""A backup for each day that the configuration names."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
table = aws.dynamodb.Table(
    "orders",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery={"enabled": True},
)
backup = ddb_backup.Backup(
    "daily",
    table_name=table.arn,
    backup_name_prefix="orders-daily-",
    triggers={"day": config.require("day")},
    deletion_policy=config.require("deletionPolicy"),
)
pulumi.export("backup_arn", backup.backup_arn)
