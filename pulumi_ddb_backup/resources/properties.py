"""What the property bags of all resources have in common: inputs in, a record's outputs out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

from ..aws.rules.text import iso
from ..aws.rules.validation import DELETION_POLICY_DEFAULT, TIMEOUT_DEFAULT_SECONDS
from ..aws.rules.values import without_none
from .retention_output import rules_of, with_rules

InputsT = TypeVar("InputsT", bound="Inputs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The inputs that every resource has, checked and with their defaults."""

    triggers: Mapping[str, Any] = field(default_factory=dict)
    timeout: int = TIMEOUT_DEFAULT_SECONDS
    deletion_policy: str = DELETION_POLICY_DEFAULT
    retention: Mapping[str, Any] | None = None
    profile: str | None = None
    role_arn: str | None = None
    endpoint_url: str | None = None

    @classmethod
    def of(cls: type[InputsT], props: Mapping[str, Any]) -> InputsT:
        """The inputs in a bag that may hold outputs too."""
        return cls(**given_values(cls, props))

    def values(self) -> dict[str, Any]:
        """Each input under its name, as an output."""
        values = {name: getattr(self, name) for name in names_of(type(self))}
        return {**values, "retention": with_rules(None, self.retention)}

    def outputs(self, record: Any) -> dict[str, Any]:
        """Every output: the inputs as they stand, then what AWS says of them in a record."""
        return {**self.values(), **record_properties(record)}


def given_values(kind: type[Inputs], props: Mapping[str, Any]) -> dict[str, Any]:
    """The values in a bag that are inputs of that kind, as its fields take them."""
    names = names_of(kind)
    given = {key: value for key, value in without_none(props).items() if key in names}
    if "timeout" in given:
        given["timeout"] = int(given["timeout"])  # the engine sends every number as a float
    if "retention" in given:
        given["retention"] = rules_of(given["retention"])  # an output has them among other things
    return given


def names_of(record: Any) -> tuple[str, ...]:
    """The names of the properties in a record or its class."""
    return tuple(item.name for item in fields(record))


def record_properties(record: Any) -> dict[str, Any]:
    """What a record of AWS's says, as an output tells it."""
    values = {name: getattr(record, name) for name in names_of(record)}
    return {
        name: iso(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def changed_inputs(
    names: Iterable[str],
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    defaults: Mapping[str, Any],
) -> list[str]:
    """Those inputs that are another now. One that is left out or empty has its default."""
    olds = {**olds, "retention": rules_of(olds.get("retention"))}
    return [
        name
        for name in names
        if (olds.get(name) or defaults.get(name)) != (news.get(name) or defaults.get(name))
    ]


def with_inputs(outputs: Mapping[str, Any], inputs: Inputs, but: Collection[str]) -> dict[str, Any]:
    """`outputs` with the inputs as they are given now, but for those that AWS knows better."""
    given = {name: value for name, value in inputs.values().items() if name not in but}
    retention = with_rules(outputs.get("retention"), inputs.retention)
    return {**outputs, **given, "retention": retention}
