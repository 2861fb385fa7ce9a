"""`aws.dynamodb.TableItem` over boto3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tests.standin.properties import UNKNOWN, Aws, Properties, Refused


class TableItem:
    """One item, given as JSON; attributes of type B are not known here."""

    replacing = frozenset({"tableName", "hashKey", "rangeKey", "region"})
    emptied: Mapping[str, Any] = MappingProxyType({"rangeKey": None})

    def check(self, inputs: Properties, olds: Properties, unique_name: str) -> Properties:
        if inputs["item"] != UNKNOWN:
            _attributes(inputs)
        return inputs

    def same(self, key: str, state: Any, given: Any) -> bool:
        if key == "item" and state and given and given != UNKNOWN:
            return bool(json.loads(state) == json.loads(given))
        return bool(state == given)

    def planned(self, aws: Aws, inputs: Properties) -> Properties:
        known = {"region": aws.client.meta.region_name, **inputs}
        return {**known, "hashKeyValue": UNKNOWN, "rangeKeyValue": UNKNOWN}

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        aws.client.put_item(
            TableName=inputs["tableName"],
            Item=_attributes(inputs),
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": inputs["hashKey"]},
        )
        outputs = _outputs(aws, inputs, inputs["item"])
        values = (outputs["hashKeyValue"], outputs.get("rangeKeyValue"))
        return ",".join([inputs["tableName"], *filter(None, values)]), outputs

    def read(self, aws: Aws, id: str, state: Properties) -> Properties | None:
        if not state.get("item"):
            raise Refused("the stand-in imports no items")
        try:
            found = aws.client.get_item(
                TableName=state["tableName"], Key=_key(state), ConsistentRead=True
            ).get("Item")
        except aws.client.exceptions.ResourceNotFoundException:
            return None
        if found is None:
            return None
        unchanged = found == _attributes(state)
        return _outputs(aws, state, state["item"] if unchanged else json.dumps(found))

    def update(
        self, aws: Aws, id: str, state: Properties, inputs: Properties, changed: set[str]
    ) -> Properties:
        aws.client.put_item(TableName=inputs["tableName"], Item=_attributes(inputs))
        if _key(state) != _key(inputs):
            aws.client.delete_item(TableName=state["tableName"], Key=_key(state))
        return _outputs(aws, inputs, inputs["item"])

    def delete(self, aws: Aws, id: str, state: Properties) -> None:
        aws.client.delete_item(TableName=state["tableName"], Key=_key(state))


def _attributes(properties: Properties) -> dict[str, Any]:
    try:
        return dict(json.loads(properties["item"]))
    except ValueError as error:
        raise Refused(f'Invalid format of "item": {error}') from error


def _key(properties: Properties) -> dict[str, Any]:
    attributes = _attributes(properties)
    names = (properties["hashKey"], properties.get("rangeKey"))
    return {name: attributes[name] for name in names if name}


def _outputs(aws: Aws, properties: Properties, item: str) -> Properties:
    named = {key: properties.get(key) for key in ("tableName", "hashKey", "rangeKey")}
    values = [next(iter(value.values())) for value in _key(properties).values()]
    outputs = {
        **named,
        "item": item,
        "region": aws.client.meta.region_name,
        **dict(zip(("hashKeyValue", "rangeKeyValue"), values, strict=False)),
    }
    return {key: value for key, value in outputs.items() if value is not None}
