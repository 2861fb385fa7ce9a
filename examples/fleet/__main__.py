"""One backup a night of every table that the stack's patterns choose, in one resource."""

import pulumi

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()
nightly = ddb_backup.BackupSet(
    "nightly",
    table_pattern=config.require_object("tables"),
    exclude_pattern=["*-tmp"],
    backup_name_prefix="nightly-",
    triggers={"night": config.require("night")},
)
pulumi.export("tables", nightly.table_count)
pulumi.export("bytes", nightly.total_size_bytes)
pulumi.export(
    "arns",
    nightly.backups.apply(lambda all_: {one["table_name"]: one["backup_arn"] for one in all_}),
)
