"""`aws.dynamodb.Table` over boto3, as far as tests need it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from tests.standin.described import table_outputs
from tests.standin.properties import DEFAULTS, UNKNOWN, Aws, Properties, matches

PROVISIONED = "PROVISIONED"
_COMPUTED = ("arn", "streamArn", "streamLabel")


class Table:
    """A table."""

    replacing = frozenset(
        {"name", "hashKey", "rangeKey", "localSecondaryIndexes", "restoreBackupArn", "region"}
    )
    emptied: Mapping[str, Any] = MappingProxyType(
        {
            "deletionProtectionEnabled": False,
            "globalSecondaryIndexes": [],
            "rangeKey": None,
            "restoreBackupArn": None,
            "streamEnabled": False,
            "tags": {},
        }
    )

    def check(self, inputs: Properties, olds: Properties, unique_name: str) -> Properties:
        kept = olds.get("name") if "name" in olds.get(DEFAULTS, ()) else None
        defaults = {
            "name": kept or unique_name,
            "billingMode": PROVISIONED,
            "tableClass": "STANDARD",
        }
        absent = {key: value for key, value in defaults.items() if inputs.get(key) is None}
        return {**inputs, **absent, DEFAULTS: sorted(absent)}

    def same(self, key: str, state: Any, given: Any) -> bool:
        if key == "tags":
            return bool((state or {}) == given)
        if key == "ttl" and isinstance(given, dict) and not given.get("enabled"):
            return not (state or {}).get("enabled")
        if key == "globalSecondaryIndexes":
            return matches(state or [], given)
        return matches(state, given)

    def planned(self, aws: Aws, inputs: Properties) -> Properties:
        tags = inputs.get("tags") or {}
        return {
            "region": aws.client.meta.region_name,
            **{key: value for key, value in inputs.items() if key != DEFAULTS},
            "tagsAll": tags if tags == UNKNOWN else {**aws.default_tags, **tags},
            **dict.fromkeys(_COMPUTED, UNKNOWN),
        }

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        name = inputs["name"]
        if inputs.get("restoreBackupArn"):
            aws.client.restore_table_from_backup(**_restoring(inputs))
        else:
            aws.client.create_table(**_creating(aws, inputs))
        waiter = aws.client.get_waiter("table_exists")
        waiter.wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        if (inputs.get("ttl") or {}).get("enabled"):
            _update_ttl(aws, name, inputs["ttl"])
        if (inputs.get("pointInTimeRecovery") or {}).get("enabled"):
            _update_recovery(aws, name, inputs["pointInTimeRecovery"])
        return name, table_outputs(aws, name, inputs)

    def read(self, aws: Aws, id: str, state: Properties) -> Properties | None:
        try:
            return table_outputs(aws, id, state)
        except aws.client.exceptions.ResourceNotFoundException:
            return None

    def update(
        self, aws: Aws, id: str, state: Properties, inputs: Properties, changed: set[str]
    ) -> Properties:
        for request in _updates(state, inputs, changed):
            aws.client.update_table(TableName=id, **request)
        if "ttl" in changed:
            _update_ttl(aws, id, inputs["ttl"])
        if "pointInTimeRecovery" in changed:
            _update_recovery(aws, id, inputs["pointInTimeRecovery"])
        _update_tags(aws, state, inputs)
        return table_outputs(aws, id, inputs)

    def delete(self, aws: Aws, id: str, state: Properties) -> None:
        end = time.monotonic() + aws.in_use_seconds
        while True:
            try:
                aws.client.delete_table(TableName=id)
            except aws.client.exceptions.ResourceNotFoundException:
                return
            except aws.client.exceptions.ResourceInUseException:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.5)
            else:
                return


def _creating(aws: Aws, inputs: Properties) -> dict[str, Any]:
    tags = {**aws.default_tags, **(inputs.get("tags") or {})}
    streams = inputs.get("streamEnabled")
    return _given(
        TableName=inputs["name"],
        BillingMode=inputs["billingMode"],
        KeySchema=_key_schema(inputs),
        AttributeDefinitions=_attributes(inputs),
        ProvisionedThroughput=_throughput(inputs, inputs),
        DeletionProtectionEnabled=inputs.get("deletionProtectionEnabled"),
        TableClass=inputs.get("tableClass"),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        StreamSpecification=_stream(inputs) if streams else None,
        SSESpecification=_encryption(inputs),
        **_indexes(inputs),
    )


def _restoring(inputs: Properties) -> dict[str, Any]:
    """A restore takes neither tags nor streams nor protection: they are a difference afterwards."""
    overrides = {
        f"{key.replace('Indexes', 'Index')}Override": v for key, v in _indexes(inputs).items()
    }
    sized = inputs.get("readCapacity") and inputs.get("writeCapacity")
    return _given(
        TargetTableName=inputs["name"],
        BackupArn=inputs["restoreBackupArn"],
        BillingModeOverride=inputs["billingMode"],
        ProvisionedThroughputOverride=_throughput(inputs, inputs) if sized else None,
        SSESpecificationOverride=_encryption(inputs),
        **overrides,
    )


def _updates(state: Properties, inputs: Properties, changed: set[str]) -> Iterable[dict[str, Any]]:
    """UpdateTable calls in the order that AWS allows them."""
    before = {index["name"]: index for index in state.get("globalSecondaryIndexes") or []}
    after = {index["name"]: index for index in inputs.get("globalSecondaryIndexes") or []}
    other = {
        name
        for name in {*before, *after}
        if not (name in before and name in after and matches(before[name], after[name]))
    }
    for name in sorted(other & before.keys()):
        yield {
            "AttributeDefinitions": _attributes(inputs),
            "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}],
        }
    if "tableClass" in changed:
        yield {"TableClass": inputs["tableClass"]}
    if changed & {"billingMode", "readCapacity", "writeCapacity"}:
        yield _given(
            BillingMode=inputs["billingMode"], ProvisionedThroughput=_throughput(inputs, inputs)
        )
    if "deletionProtectionEnabled" in changed:
        yield {"DeletionProtectionEnabled": bool(inputs.get("deletionProtectionEnabled"))}
    if changed & {"streamEnabled", "streamViewType"}:
        if state.get("streamEnabled"):
            yield {"StreamSpecification": {"StreamEnabled": False}}
        if inputs.get("streamEnabled"):
            yield {"StreamSpecification": _stream(inputs)}
    for name in sorted(other & after.keys()):
        yield {
            "AttributeDefinitions": _attributes(inputs),
            "GlobalSecondaryIndexUpdates": [{"Create": _index(after[name], inputs, {})}],
        }
    if "serverSideEncryption" in changed:
        yield {"SSESpecification": _encryption(inputs)}


def _given(**parameters: Any) -> dict[str, Any]:
    return {key: value for key, value in parameters.items() if value not in (None, [])}


def _attributes(inputs: Properties) -> list[dict[str, str]]:
    return [
        {"AttributeName": one["name"], "AttributeType": one["type"]}
        for one in inputs.get("attributes") or []
    ]


def _key_schema(keys: Properties) -> list[dict[str, str]]:
    named = (("HASH", keys.get("hashKey")), ("RANGE", keys.get("rangeKey")))
    return [{"AttributeName": name, "KeyType": kind} for kind, name in named if name]


def _throughput(sized: Properties, inputs: Properties) -> dict[str, int] | None:
    if inputs["billingMode"] != PROVISIONED:
        return None
    return {
        "ReadCapacityUnits": sized.get("readCapacity", 0),
        "WriteCapacityUnits": sized.get("writeCapacity", 0),
    }


def _indexes(inputs: Properties) -> dict[str, Any]:
    local = {"hashKey": inputs.get("hashKey")}
    return {
        "GlobalSecondaryIndexes": [
            _index(one, inputs, {}) for one in inputs.get("globalSecondaryIndexes") or []
        ],
        "LocalSecondaryIndexes": [
            _index(one, None, local) for one in inputs.get("localSecondaryIndexes") or []
        ],
    }


def _index(index: Properties, sized_by: Properties | None, keys: Properties) -> dict[str, Any]:
    schema = [
        {"AttributeName": one["attributeName"], "KeyType": one["keyType"]}
        for one in index.get("keySchemas") or []
    ]
    return _given(
        IndexName=index["name"],
        KeySchema=schema or _key_schema({**index, **keys}),
        Projection=_given(
            ProjectionType=index["projectionType"], NonKeyAttributes=index.get("nonKeyAttributes")
        ),
        ProvisionedThroughput=_throughput(index, sized_by) if sized_by else None,
    )


def _stream(inputs: Properties) -> dict[str, Any]:
    return {"StreamEnabled": True, "StreamViewType": inputs.get("streamViewType")}


def _encryption(inputs: Properties) -> dict[str, Any] | None:
    wanted = inputs.get("serverSideEncryption")
    if not wanted:
        return None
    key = wanted.get("kmsKeyArn") if wanted["enabled"] else None
    return _given(Enabled=wanted["enabled"], KMSMasterKeyId=key, SSEType="KMS" if key else None)


def _update_ttl(aws: Aws, name: str, ttl: Properties) -> None:
    aws.client.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={
            "AttributeName": ttl.get("attributeName", ""),
            "Enabled": bool(ttl.get("enabled")),
        },
    )


def _update_recovery(aws: Aws, name: str, recovery: Properties) -> None:
    aws.client.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": recovery["enabled"]},
    )


def _update_tags(aws: Aws, state: Properties, inputs: Properties) -> None:
    before, after = state.get("tagsAll") or {}, {**aws.default_tags, **(inputs.get("tags") or {})}
    gone = sorted(before.keys() - after.keys())
    if gone:
        aws.client.untag_resource(ResourceArn=state["arn"], TagKeys=gone)
    new = {key: value for key, value in after.items() if before.get(key) != value}
    if new:
        aws.client.tag_resource(
            ResourceArn=state["arn"],
            Tags=[{"Key": key, "Value": value} for key, value in new.items()],
        )
