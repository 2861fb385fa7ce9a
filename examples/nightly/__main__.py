"""Five tables that AWS's scheduler backs up every night, and an alarm for what fails."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

tables = [
    aws.dynamodb.Table(
        name,
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        point_in_time_recovery={"enabled": True},
    )
    for name in ("carts", "invoices", "orders", "payments", "users")
]
nightly = ddb_backup.BackupSchedule(
    "nightly",
    tables=[table.arn for table in tables],
    schedule="cron(0 3 * * ? *)",
    timezone="Europe/Berlin",
)
failures = aws.sns.Topic("backup-failures")  # subscribe whoever has to know
aws.cloudwatch.MetricAlarm(
    "backup-failures",
    alarm_description="A nightly backup of a table has failed",
    namespace="AWS/SQS",
    metric_name="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": nightly.dead_letter_queue_name},
    statistic="Maximum",
    comparison_operator="GreaterThanThreshold",
    threshold=0,
    period=300,
    evaluation_periods=1,
    treat_missing_data="notBreaching",
    alarm_actions=[failures.arn],
)
pulumi.export("owner", nightly.owner)
pulumi.export("failed", nightly.dead_letter_queue_url)
