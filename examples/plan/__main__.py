"""A plan of AWS Backup: cold storage after a month, and a copy of each backup in another region."""

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
elsewhere = aws.backup.Vault("orders-copies", region="us-west-2")
plan = ddb_backup.BackupPlan(
    "orders",
    tables=[table.arn],
    rules=[
        {
            "schedule": "cron(0 5 ? * * *)",
            "cold_after_days": 30,
            "delete_after_days": 365,  # at least 90 more than cold_after_days
            "copy_to": [elsewhere.arn],
        }
    ],
    lock={"mode": "governance", "min_retention_days": 7},
)
pulumi.export("vault", plan.backup_vault_name)
pulumi.export("plan", plan.backup_plan_arn)
