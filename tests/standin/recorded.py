"""Any resource of pulumi_aws: its inputs are checked by pulumi_aws's own types, and then kept.

A type that the simulator knows is made there too, by the calls in `simulated.py`. Of any other, the record
is all there is.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, get_args

from pulumi._types import input_type_py_to_pulumi_names, input_type_types, resource_types

from tests.aws.restores import ACCOUNT
from tests.standin.properties import DEFAULTS, UNKNOWN, Aws, Properties, Refused
from tests.standin.simulated import SIMULATED

_ARNS = {  # where it is not arn:aws:SERVICE:REGION:ACCOUNT:TYPE/NAME
    "aws:backup/plan:Plan": "arn:aws:backup:{region}:{account}:backup-plan:{name}",
    "aws:backup/vault:Vault": "arn:aws:backup:{region}:{account}:backup-vault:{name}",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "aws:iam/role:Role": "arn:aws:iam::{account}:role/{name}",
    "aws:scheduler/schedule:Schedule": (
        "arn:aws:scheduler:{region}:{account}:schedule/{groupName}/{name}"
    ),
    "aws:scheduler/scheduleGroup:ScheduleGroup": (
        "arn:aws:scheduler:{region}:{account}:schedule-group/{name}"
    ),
    "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws:sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
}
_NAME_MAX = {  # AWS's own limits, which the plugin checks
    "aws:backup/vault:Vault": 50,
    "aws:backup/selection:Selection": 50,
    "aws:iam/role:Role": 64,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:scheduler/schedule:Schedule": 64,
    "aws:scheduler/scheduleGroup:ScheduleGroup": 64,
    "aws:sqs/queue:Queue": 80,
}
_IMMUTABLE = {  # every input of these
    "aws:backup/selection:Selection",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
}
_REPLACING = frozenset({"name", "namePrefix", "region", "groupName", "role", "kmsKeyArn"})


class Recorded:
    """One type of resource, whichever it is."""

    def __init__(self, token: str) -> None:
        package, _, self._name = token.rpartition(":")
        module = import_module(f"pulumi_{package.partition('/')[0].replace(':', '.')}")
        self._token = token
        self._arguments = getattr(module, f"{self._name}Args")
        self._inputs = input_type_types(self._arguments)
        self._outputs = resource_types(getattr(module, self._name))
        self._simulated = SIMULATED.get(token)
        self._kept: dict[tuple[str, str], Properties] = {}
        self.emptied: Mapping[str, Any] = dict.fromkeys(self._inputs)
        self.replacing = frozenset(self._inputs) if token in _IMMUTABLE else _REPLACING

    def check(self, inputs: Properties, olds: Properties, unique_name: str) -> Properties:
        if wrong := list(_strange(self._arguments, inputs, self._name)):
            raise Refused("; ".join(wrong))
        given = {key: value for key, value in inputs.items() if value is not None}
        if "name" not in self._inputs or given.keys() & {"name", "namePrefix"}:
            return {**given, DEFAULTS: []}
        old = olds.get("name") if "name" in olds.get(DEFAULTS, ()) else None
        name = str(old or unique_name)
        if len(name) > (most := _NAME_MAX.get(self._token, 255)):
            raise Refused(f'expected length of name to be in the range (1 - {most}), got "{name}"')
        return {**given, "name": name, DEFAULTS: ["name"]}

    def same(self, key: str, state: Any, given: Any) -> bool:
        return bool(state == given) or (given is None and state in (False, [], {}))

    def planned(self, aws: Aws, inputs: Properties) -> Properties:
        unknown = dict.fromkeys(self._outputs.keys() - self._inputs.keys(), UNKNOWN)
        return {**self._placed(aws, inputs), **unknown}

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        outputs = self._told(aws, inputs)
        if self._simulated is not None:
            outputs |= self._simulated.create(aws, outputs)
        id = str(
            outputs.pop("id", None) or outputs.get("name") or "-".join(map(str, inputs.values()))
        )
        self._kept[self._token, id] = outputs
        return id, outputs

    def read(self, aws: Aws, id: str, state: Properties) -> Properties | None:
        if self._simulated is not None and not self._simulated.exists(aws, id, state):
            return None
        return self._kept.get((self._token, id))

    def update(
        self, aws: Aws, id: str, state: Properties, inputs: Properties, changed: set[str]
    ) -> Properties:
        outputs = {**state, **self._told(aws, inputs)}
        for key in changed - inputs.keys():
            outputs.pop(key, None)
        if self._simulated is not None:
            outputs |= self._simulated.update(aws, id, outputs)
        self._kept[self._token, id] = outputs
        return outputs

    def delete(self, aws: Aws, id: str, state: Properties) -> None:
        if self._simulated is not None:
            self._simulated.delete(aws, id, state)
        self._kept.pop((self._token, id), None)

    def _placed(self, aws: Aws, inputs: Properties) -> Properties:
        told = {key: value for key, value in inputs.items() if key != DEFAULTS}
        return {"region": aws.region, **told} if "region" in self._inputs else told

    def _told(self, aws: Aws, inputs: Properties) -> Properties:
        """The outputs that follow from the inputs, as AWS would have it."""
        told = self._placed(aws, inputs)
        if "arn" in self._outputs:
            service, _, kind = self._token.partition(":")[2].partition("/")
            usual = f"arn:aws:{service}:{{region}}:{{account}}:{kind.partition(':')[0]}/{{name}}"
            values = {"region": aws.region, "account": ACCOUNT, **told}
            told["arn"] = _ARNS.get(self._token, usual).format(**values)
        return told


@cache
def kind_of(token: str) -> Recorded:
    """The one `Recorded` of a type.

    Raises:
        Refused: pulumi_aws has no such type.
    """
    try:
        return Recorded(token)
    except (AttributeError, ImportError):
        raise Refused(f"the stand-in for the AWS plugin knows no {token}") from None


def _strange(arguments: Any, given: Mapping[str, Any], where: str) -> Iterator[str]:
    """What pulumi_aws does not know of these inputs, or misses."""
    types = input_type_types(arguments)
    for key, value in given.items():
        if key in types:
            yield from _strange_value(types[key], value, f"{where}.{key}")
        elif key != DEFAULTS:
            yield f"{where} has no input {key}"
    for python, name in input_type_py_to_pulumi_names(arguments).items():
        if python in _required(arguments) and given.get(name) is None:
            yield f"{where} needs {name}"


def _strange_value(kind: Any, value: Any, where: str) -> Iterator[str]:
    if value in (None, UNKNOWN):
        return
    if isinstance(value, list):
        inner = get_args(kind)[0] if get_args(kind) else Any
        for one in value:
            yield from _strange_value(inner, one, where)
    elif isinstance(value, dict) and str(kind.__module__).startswith("pulumi_aws."):
        yield from _strange(kind, value, where)


@cache
def _required(arguments: Any) -> frozenset[str]:
    parameters = inspect.signature(arguments.__init__).parameters.values()
    return frozenset(
        one.name for one in parameters if one.default is one.empty and one.name != "__self__"
    )
