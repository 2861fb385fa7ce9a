"""A table's outputs, from what AWS says about it."""

from __future__ import annotations

from typing import Any

from tests.standin.properties import Aws, Properties

_TOLD_ONLY_BY_THE_PROGRAM = ("restoreBackupArn", "streamViewType", "tableClass", "billingMode")


def table_outputs(aws: Aws, name: str, given: Properties) -> Properties:
    """All outputs; from `given`, inputs or an older state, what AWS or moto does not tell."""
    table: dict[str, Any] = dict(aws.client.describe_table(TableName=name)["Table"])
    throughput = table.get("ProvisionedThroughput") or {}
    stream = table.get("StreamSpecification") or {}
    tags = _tags(aws, table["TableArn"])
    own = given.get("tags") or {}
    told = {
        "name": table["TableName"],
        "arn": table["TableArn"],
        "region": aws.client.meta.region_name,
        **_keys(table["KeySchema"]),
        "attributes": [
            {"name": one["AttributeName"], "type": one["AttributeType"]}
            for one in table["AttributeDefinitions"]
        ],
        "billingMode": (table.get("BillingModeSummary") or {}).get("BillingMode"),
        "tableClass": (table.get("TableClassSummary") or {}).get("TableClass"),
        "readCapacity": throughput.get("ReadCapacityUnits", 0),
        "writeCapacity": throughput.get("WriteCapacityUnits", 0),
        "deletionProtectionEnabled": bool(table.get("DeletionProtectionEnabled")),
        "globalSecondaryIndexes": [
            _index(one) for one in table.get("GlobalSecondaryIndexes") or []
        ],
        "localSecondaryIndexes": [_index(one) for one in table.get("LocalSecondaryIndexes") or []],
        "streamEnabled": bool(stream.get("StreamEnabled")),
        "streamViewType": stream.get("StreamViewType"),
        "streamArn": table.get("LatestStreamArn", ""),
        "streamLabel": table.get("LatestStreamLabel", ""),
        "serverSideEncryption": _encryption(table.get("SSEDescription")),
        "pointInTimeRecovery": _recovery(aws, name),
        "ttl": _ttl(aws, name),
        "tagsAll": tags,
        "tags": {
            key: value for key, value in tags.items() if key in own or key not in aws.default_tags
        },
    }
    for key in _TOLD_ONLY_BY_THE_PROGRAM:
        told[key] = told.get(key) or given.get(key)
    return {key: value for key, value in told.items() if value is not None}


def _keys(schema: list[dict[str, str]]) -> dict[str, str]:
    names = {"HASH": "hashKey", "RANGE": "rangeKey"}
    return {names[one["KeyType"]]: one["AttributeName"] for one in schema}


def _index(index: dict[str, Any]) -> Properties:
    throughput = index.get("ProvisionedThroughput") or {}
    return {
        "name": index["IndexName"],
        **_keys(index["KeySchema"]),
        "keySchemas": [
            {"attributeName": one["AttributeName"], "keyType": one["KeyType"]}
            for one in index["KeySchema"]
        ],
        "projectionType": index["Projection"]["ProjectionType"],
        "nonKeyAttributes": index["Projection"].get("NonKeyAttributes", []),
        "readCapacity": throughput.get("ReadCapacityUnits", 0),
        "writeCapacity": throughput.get("WriteCapacityUnits", 0),
    }


def _tags(aws: Aws, arn: str) -> dict[str, str]:
    pages = aws.client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _encryption(described: dict[str, Any] | None) -> Properties | None:
    if not described:
        return None
    enabled = described.get("Status") == "ENABLED"
    return {"enabled": enabled, "kmsKeyArn": described.get("KMSMasterKeyArn", "")}


def _recovery(aws: Aws, name: str) -> Properties:
    described = aws.client.describe_continuous_backups(TableName=name)
    recovery = described["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return {"enabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED"}


def _ttl(aws: Aws, name: str) -> Properties:
    ttl = aws.client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = ttl.get("TimeToLiveStatus") == "ENABLED"
    return {"enabled": enabled, "attributeName": ttl.get("AttributeName", "")}
