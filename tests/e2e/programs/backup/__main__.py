"""One backup, all of its inputs from configuration, and a migration that waits for it."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

import pulumi_ddb_backup as ddb_backup


class MigrationProvider(ResourceProvider):
    """Does nothing but remember after which backup it ran."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("migrated", props)


class Migration(Resource):
    """Something that may only run once the backup is there."""

    after: pulumi.Output[str]

    def __init__(self, name: str, after: pulumi.Output[str]) -> None:
        super().__init__(MigrationProvider(), name, {"after": after})


backup = ddb_backup.Backup("orders", **pulumi.Config().require_object("inputs"))
migration = Migration("migration", after=backup.backup_arn)
pulumi.export("backup_arn", backup.backup_arn)
pulumi.export("backup_name", backup.backup_name)
pulumi.export("timeout", backup.timeout)
pulumi.export("migrated_after", migration.after)
