"""Which operation a REST request is for, read from botocore's own service models."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, ServiceModel


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: how it is recognised, and the members that its path and query hold."""

    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    query: dict[str, str]
    literals: int


@cache
def model(service: str) -> ServiceModel | None:
    """botocore's model of a service, by the name that requests are signed for."""
    try:
        return botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return None


def find(service: str, method: str, target: str, body: bytes) -> tuple[str, dict[str, Any]] | None:
    """The operation and its parameters, if `service` speaks REST and has it.

    Args:
        service: The name that the request is signed for.
        method: The HTTP method.
        target: Path and query, as they were sent.
        body: JSON, or nothing.
    """
    path, _, query = target.partition("?")
    path = path.rstrip("/") or "/"
    for route in routes(service):
        matched = route.path.fullmatch(path) if route.method == method else None
        if matched is None:
            continue
        params = {
            name: unquote(value) for name, value in zip(route.labels, matched.groups(), strict=True)
        }
        given = parse_qs(query)
        params |= {
            route.query[name]: values[0] for name, values in given.items() if name in route.query
        }
        params |= json.loads(body) if body else {}
        return route.operation, params
    return None


@cache
def routes(service: str) -> tuple[Route, ...]:
    """All operations of a REST service, the most literal paths first."""
    known = model(service)
    if known is None or not known.metadata["protocol"].startswith("rest"):
        return ()
    found = [_route(known.operation_model(name)) for name in known.operation_names]
    return tuple(sorted(found, key=lambda route: -route.literals))


def _route(operation: OperationModel) -> Route:
    uri = operation.http["requestUri"].partition("?")[0].rstrip("/") or "/"
    shape = operation.input_shape
    located: dict[str, dict[str, str]] = {"uri": {}, "querystring": {}}
    for name, member in (shape.members if shape else {}).items():
        place = member.serialization.get("location", "")
        if place in located:
            located[place][member.serialization.get("name", name)] = name
    labels, pattern = [], ""
    for part in re.split(r"(\{[^}]+\})", uri):
        if part.startswith("{"):
            label = part.strip("{}")
            labels.append(located["uri"].get(label.rstrip("+"), label.rstrip("+")))
            pattern += "(.+)" if label.endswith("+") else "([^/]+)"
        else:
            pattern += re.escape(part)
    literals = len(re.sub(r"\{[^}]+\}", "", uri))
    return Route(
        operation.name,
        operation.http["method"],
        re.compile(pattern),
        tuple(labels),
        located["querystring"],
        literals,
    )
