"""A table with the hooks that the configuration names."""

from datetime import timedelta

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

hooks = ddb_backup.hooks
config = pulumi.Config()
options = config.get_object("options", {})
if "reuse_within" in options:
    options["reuse_within"] = timedelta(seconds=options["reuse_within"])
bound = pulumi.ResourceHookBinding()
kind = config.get("kind") or "final"
if kind == "all":
    hooks.protect_all_tables(hooks.final_backup(**options))
elif kind == "final":
    bound.before_delete = [hooks.final_backup(**options)]
elif kind == "before-update":
    bound.before_update = [
        hooks.backup_before_update(properties=config.get_object("properties"), **options)
    ]
elif kind == "life":
    bound.after_create = [hooks.backup_after_create(**options)]
    bound.after_update = [hooks.backup_after_update(**options)]

if config.get("table") != "gone":
    table = aws.dynamodb.Table(
        "users",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        **{"billing_mode": "PAY_PER_REQUEST", **config.get_object("table", {})},
        opts=pulumi.ResourceOptions(
            hooks=bound, protect=config.get_bool("protect"), delete_before_replace=False
        ),
    )
    pulumi.export("table", table.name)
