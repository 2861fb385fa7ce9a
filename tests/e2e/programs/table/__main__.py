"""A table with an item; if configured, tables from a backup, in another region, and of others."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
orders = aws.dynamodb.Table("orders", **config.require_object("orders"))
aws.dynamodb.TableItem(
    "first",
    table_name=orders.name,
    hash_key=orders.hash_key,
    item=config.get_secret("item") or '{"id": {"S": "1"}, "sum": {"N": "10"}}',
)
for key in ("name", "arn", "stream_arn", "hash_key", "deletion_protection_enabled", "region"):
    pulumi.export(key, getattr(orders, key))
pulumi.export("tags", orders.tags)
pulumi.export("ttl", orders.ttl)
pulumi.export("point_in_time_recovery", orders.point_in_time_recovery)

restored = config.get_object("restored")
if restored:
    pulumi.export("restored_arn", aws.dynamodb.Table("restored", **restored).arn)

elsewhere = config.get("elsewhere")
if elsewhere:
    there = aws.dynamodb.Table(
        "there",
        **config.require_object("orders"),
        opts=pulumi.ResourceOptions(provider=aws.Provider("elsewhere", region=elsewhere)),
    )
    pulumi.export("there_arn", there.arn)

existing = config.get("existing")
if existing:
    pulumi.export("looked_up", aws.dynamodb.get_table_output(name=existing).arn)
    pulumi.export("got", aws.dynamodb.Table.get("existing", existing).arn)
