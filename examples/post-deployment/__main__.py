"""A table with first items, backed up once they are in it."""

import json

import pulumi
import pulumi_aws as aws

import pulumi_ddb_backup as ddb_backup

COUNTRIES = {"AT": "Austria", "BE": "Belgium", "CY": "Cyprus"}

table = aws.dynamodb.Table(
    "countries",
    hash_key="code",
    attributes=[{"name": "code", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    point_in_time_recovery={"enabled": True},
)
items = [
    aws.dynamodb.TableItem(
        code,
        table_name=table.name,
        hash_key=table.hash_key,
        item=json.dumps({"code": {"S": code}, "name": {"S": name}}),
    )
    for code, name in COUNTRIES.items()
]
backup = ddb_backup.Backup(
    "seeded",
    table_name=table.arn,
    backup_name_prefix="countries-seeded-",
    triggers={"countries": COUNTRIES},
    opts=pulumi.ResourceOptions(depends_on=items),
)
pulumi.export("backup_arn", backup.backup_arn)
