"""A backup in a vault, its inputs from configuration."""

import pulumi

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
backup = ddb_backup.VaultBackup("orders", **config.require_object("inputs"))
pulumi.export("recovery_point_arn", backup.recovery_point_arn)
pulumi.export("copies", backup.copies)
