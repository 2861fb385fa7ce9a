"""A change to a table's data that waits for the backup of the table."""

import json

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

version = pulumi.Config().require("schemaVersion")
table = aws.dynamodb.Table(
    "orders",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery={"enabled": True},
)
backup = ddb_backup.Backup(
    "before-migration",
    table_name=table.arn,
    backup_name_prefix=f"orders-before-v{version}-",
    triggers={"schema_version": version},
)
migration = aws.dynamodb.TableItem(
    "schema",
    table_name=table.name,
    hash_key=table.hash_key,
    item=json.dumps({"id": {"S": "schema"}, "version": {"N": version}}),
    opts=pulumi.ResourceOptions(depends_on=[backup]),
)
pulumi.export("backup_arn", backup.backup_arn)
