"""Many backups, the inputs of each from configuration."""

import pulumi

import pulumi_ddb_backup as ddb_backup

backups = {
    name: ddb_backup.Backup(name, **inputs)
    for name, inputs in pulumi.Config().require_object("backups").items()
}
pulumi.export("arns", {name: backup.backup_arn for name, backup in backups.items()})
