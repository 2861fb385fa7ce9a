"""A schedule and a plan over the table `orders` and a new one; the arguments come from the configuration."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
users = aws.dynamodb.Table(
    "users",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
)
tables = ["orders", users.arn]
if (schedule := config.get_object("schedule")) is not None:
    made = ddb_backup.BackupSchedule("nightly", **{"tables": tables, **schedule})
    pulumi.export("schedule_arns", made.schedule_arns)
    pulumi.export("owner", made.owner)
    pulumi.export("queue", made.dead_letter_queue_url)
if (plan := config.get_object("plan")) is not None:
    kept = ddb_backup.BackupPlan("fleet", **{"tables": tables, **plan})
    pulumi.export("vault", kept.backup_vault_name)
pulumi.export("users", users.name)
