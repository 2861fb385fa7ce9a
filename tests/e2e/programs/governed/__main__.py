"""A table that an explicit provider governs, in a component, and backups of it."""

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

config = pulumi.Config()


class Shop(pulumi.ComponentResource):
    """A table made by the provider that the component is given, and its backups."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Shop", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        self.table = aws.dynamodb.Table(
            "orders",
            name="orders",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            billing_mode="PAY_PER_REQUEST",
            opts=own,
        )
        declared = config.get("name") == "declared"
        orders: pulumi.Input[str] = self.table.name if declared else "orders"
        self.backup = ddb_backup.Backup(
            "one",
            table_name=orders,
            backup_name_prefix="one-",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.table]),
        )
        self.backups = ddb_backup.BackupSet(
            "set",
            tables=[orders],
            backup_name_prefix="set-",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.backup]),
        )


there = aws.Provider("there", region="us-west-2", **config.get_object("provider", {}))
shop = Shop("shop", pulumi.ResourceOptions(providers=[there]))
pulumi.export("backup_arn", shop.backup.backup_arn)
pulumi.export("backups", shop.backups.backups)
