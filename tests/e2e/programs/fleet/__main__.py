"""A set of backups, its inputs from configuration."""

import pulumi

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
backups = ddb_backup.BackupSet("nightly", **config.require_object("inputs"))
pulumi.export("available_count", backups.available_count)
pulumi.export("table_count", backups.table_count)
pulumi.export("failures", backups.failures)
pulumi.export("backups", backups.backups)
