"""A table restored from a backup of another, and left alone ever after."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

KEYS = {
    "hash_key": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billing_mode": "PAY_PER_REQUEST",
    "point_in_time_recovery": {"enabled": True},
}

orders = aws.dynamodb.Table("orders", **KEYS)
first = aws.dynamodb.TableItem(
    "first",
    table_name=orders.name,
    hash_key=orders.hash_key,
    item='{"id": {"S": "1"}, "sum": {"N": "10"}}',
)
backup = ddb_backup.Backup(
    "orders",
    table_name=orders.arn,
    backup_name_prefix="orders-",
    opts=pulumi.ResourceOptions(depends_on=[first]),
)
restored = aws.dynamodb.Table(
    "orders-restored",
    **KEYS,
    restore_backup_arn=backup.backup_arn,
    # A later change of the ARN would replace the restored table and lose what was written since.
    opts=pulumi.ResourceOptions(ignore_changes=["restoreBackupArn"]),
)
pulumi.export("restored_table", restored.name)
