"""Answers of the simulator against botocore's models, which boto3 itself reads past."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "timestamp": (float, int),
}


def check_answer(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """Raise if an answer holds what the operation's model does not; a handler of botocore's."""
    body = response_dict["body"]
    if response_dict["status_code"] >= 300 or not body or operation_model.output_shape is None:
        return
    if wrong := strange(operation_model.output_shape, json.loads(body)):
        raise AssertionError(f"{operation_model.name}: {wrong}")


def strange(shape: Shape, value: Any, path: str = "") -> list[str]:
    """Where `value` is not what `shape` says."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no structure"]
        unknown = [f"{path}.{name} is unknown" for name in value.keys() - shape.members.keys()]
        missing = [
            f"{path}.{name} is missing" for name in shape.required_members if name not in value
        ]
        inside = [
            wrong
            for name in value.keys() & shape.members.keys()
            for wrong in strange(shape.members[name], value[name], f"{path}.{name}")
        ]
        return unknown + missing + inside
    if isinstance(shape, ListShape):
        return [
            w for n, one in enumerate(value) for w in strange(shape.member, one, f"{path}[{n}]")
        ]
    if isinstance(shape, MapShape):
        return [w for key, one in value.items() for w in strange(shape.value, one, f"{path}.{key}")]
    expected = _KINDS[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        return [f"{path}: {value!r} is no {shape.type_name}"]
    enum = getattr(shape, "enum", None)
    return [f"{path}: {value!r} is none of {enum}"] if enum and value not in enum else []
