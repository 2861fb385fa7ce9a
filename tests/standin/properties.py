"""Property bags as the engine sends them, and what two of them have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from google.protobuf import json_format, struct_pb2
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.runtime.rpc import UNKNOWN as _UNKNOWN

Properties = dict[str, Any]
UNKNOWN: str = _UNKNOWN
DEFAULTS = "__defaults"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Aws:
    """What one configured provider works with.

    Attributes:
        client: DynamoDB in the resource's region.
        default_tags: Tags that every resource gets.
        in_use_seconds: How long a delete is tried again while AWS says the table is in use.
        of: boto3's client of any service, by its name.
    """

    client: DynamoDBClient
    default_tags: Mapping[str, str] = field(default_factory=dict)
    in_use_seconds: float = 0.0
    of: Callable[[str], Any] = lambda service: None

    @property
    def region(self) -> str:
        """The resource's region."""
        return str(self.client.meta.region_name)


class Refused(Exception):
    """What the real plugin refuses by itself."""


class ResourceType(Protocol):
    """What one type of resource does; states and inputs are plain, in camelCase.

    Attributes:
        replacing: Inputs whose change replaces the resource.
        emptied: What an input counts as once a program no longer gives it; any other stays as it is.
    """

    replacing: frozenset[str]
    emptied: Mapping[str, Any]

    def check(self, inputs: Properties, olds: Properties, unique_name: str) -> Properties: ...
    def same(self, key: str, state: Any, given: Any) -> bool: ...
    def planned(self, aws: Aws, inputs: Properties) -> Properties: ...
    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]: ...
    def read(self, aws: Aws, id: str, state: Properties) -> Properties | None: ...
    def update(
        self, aws: Aws, id: str, state: Properties, inputs: Properties, changed: set[str]
    ) -> Properties: ...
    def delete(self, aws: Aws, id: str, state: Properties) -> None: ...


def plain(struct: struct_pb2.Struct) -> Properties:
    """The properties in `struct`, secrets unwrapped, whole numbers as such."""
    found = _plain(json_format.MessageToDict(struct))
    assert isinstance(found, dict)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value.get("value"))
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def packed(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """What the engine is sent."""
    struct = struct_pb2.Struct()
    struct.update({key: value for key, value in properties.items() if value is not None})
    return struct


def matches(state: Any, given: Any) -> bool:
    """Whether `state` is all that `given` asks for; what `given` leaves open may be anything."""
    if isinstance(given, dict):
        return isinstance(state, dict) and all(
            key == DEFAULTS or matches(state.get(key), value) for key, value in given.items()
        )
    if isinstance(given, list):
        return (
            isinstance(state, list)
            and len(state) == len(given)
            and all(any(matches(one, wanted) for one in state) for wanted in given)
        )
    return bool(state == given)


def asked(kind: ResourceType, old_inputs: Properties, news: Properties) -> Properties:
    """The inputs in `news`, and as empty what only `old_inputs` gave."""
    gone = {key: kind.emptied[key] for key in old_inputs.keys() & kind.emptied.keys()}
    return {key: value for key, value in {**gone, **news}.items() if key != DEFAULTS}


def changes(kind: ResourceType, state: Properties, wanted: Properties) -> set[str]:
    """The inputs in `wanted` that `state` does not match."""
    return {key for key, value in wanted.items() if not kind.same(key, state.get(key), value)}


def paths(key: str, state: Any, given: Any) -> dict[str, tuple[bool, bool]]:
    """The places below `key` that differ: whether each was there, and whether it is to be."""
    if isinstance(state, dict) and isinstance(given, dict):
        found = {
            f"{key}.{name}" if re.fullmatch(r"\w+", name) else f'{key}["{name}"]': (
                name in state,
                name in given,
            )
            for name in sorted({*state, *given} - {DEFAULTS})
            if state.get(name) != given.get(name)
        }
        if found:
            return found
    return {key: (bool(state), bool(given) or given is False)}
