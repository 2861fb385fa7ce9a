"""Look-ups in a program, plain and with inputs."""

import pulumi

import pulumi_ddb_backup as ddb_backup

table = pulumi.Config().require("table")
latest = ddb_backup.get_latest_backup(table, backup_name_prefix="nightly-")
pulumi.export("latest", latest and latest.backup_name)
pulumi.export("names", [backup.backup_name for backup in ddb_backup.get_backups(table)])
later = pulumi.Output.from_input(table)
pulumi.export(
    "later", ddb_backup.get_latest_backup_output(later).apply(lambda b: b and b.backup_arn)
)
pulumi.export("count", ddb_backup.get_backups_output(later, backup_type="ALL").apply(len))
