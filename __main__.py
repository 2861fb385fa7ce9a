"""Backs up the table(s) named in the stack's configuration.

pulumi config set aws:region eu-west-1
pulumi config set table orders          # or, for several: --path 'tables[0]' orders
pulumi up
"""

import pulumi

import pulumi_ddb_backup as ddb_backup

OUTPUTS = (
    "backup_arn",
    "backup_name",
    "backup_status",
    "backup_size_bytes",
    "backup_creation_date_time",
    "table_arn",
    "item_count",
    "region",
)

config = pulumi.Config()
table = config.get("table")
tables = [table] if table else config.get_object("tables", [])
if not tables or not isinstance(tables, list):
    raise pulumi.RunError(
        "No table to back up: run `pulumi config set table NAME` "
        "(for several, `pulumi config set --path 'tables[0]' NAME`)."
    )

prefix = config.get("backupNamePrefix")
backup_name = config.get("backupName")
if backup_name and len(tables) > 1:
    raise pulumi.RunError("backupName names one backup: with several tables, set backupNamePrefix.")

backups = {
    name: ddb_backup.Backup(
        name.rsplit("/", 1)[-1],
        table_name=name,
        backup_name=backup_name,
        backup_name_prefix=None if backup_name else prefix or f"{name.rsplit('/', 1)[-1]}-",
        triggers={"release": config.get("release") or ""},
        timeout=config.get_int("timeout"),
        deletion_policy=config.get("deletionPolicy"),
    )
    for name in map(str, tables)
}

if len(backups) == 1:
    (backup,) = backups.values()
    for output in OUTPUTS:
        pulumi.export(output, getattr(backup, output))
else:
    pulumi.export(
        "backups",
        {
            name: {output: getattr(backup, output) for output in OUTPUTS}
            for name, backup in backups.items()
        },
    )
