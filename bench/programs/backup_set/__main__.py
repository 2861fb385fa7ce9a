"""A backup of every table by one BackupSet."""

import pulumi_ddb_backup as ddb_backup

ddb_backup.BackupSet("fleet", table_pattern="bench-*", backup_name_prefix="bench-")
