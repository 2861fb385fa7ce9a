"""Backs up the table(s) named in the stack's configuration.

pulumi config set aws:region eu-west-1
pulumi config set table orders          # or, for several: --path 'tables[0]' orders
pulumi up
pulumi config set release 42            # another value: the next `pulumi up` takes another backup
"""

from typing import Any, cast

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
one = config.get("table")
tables: list[str] = [one] if one else config.get_object("tables", [])
if not tables or not all(isinstance(table, str) for table in tables):
    raise pulumi.RunError(
        "No table to back up: run `pulumi config set table NAME` "
        "(for several, `pulumi config set --path 'tables[0]' NAME`)."
    )

backup_name = config.get("backupName")
existing = config.get("existingBackupArn")
if len(tables) > 1 and (backup_name or existing):
    raise pulumi.RunError(
        "backupName and existingBackupArn are for one backup: with several tables, set "
        "backupNamePrefix."
    )


def plain(table: str) -> str:
    """The name in a table's ARN, or the name that it is."""
    return table.rpartition("/")[2]


def resource_name(table: str) -> str:
    """The table's name, with account and region where another table of that name is given too."""
    same = [other for other in tables if plain(other) == plain(table)]
    return plain(table) if len(same) == 1 else table.replace(":", "-").replace("/", "-")


def prefix(table: str) -> str | None:
    """The start of the backup's name, unless it has a name."""
    if backup_name or existing:
        return None
    return config.get("backupNamePrefix") or f"{plain(table)}-"


backups = {
    table: ddb_backup.Backup(
        resource_name(table),
        table_name=table,
        backup_name=backup_name,
        backup_name_prefix=prefix(table),
        existing_backup_arn=existing,
        triggers={"release": config.get("release") or ""},
        timeout=config.get_int("timeout"),
        deletion_policy=cast(Any, config.get("deletionPolicy")),  # the provider checks it
    )
    for table in tables
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
