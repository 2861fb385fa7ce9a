"""One Backup for each table."""

import pulumi

import pulumi_ddb_backup as ddb_backup

for number in range(pulumi.Config().require_int("count")):
    table = f"bench-{number:05}"
    ddb_backup.Backup(table, table_name=table, backup_name_prefix="bench-")
