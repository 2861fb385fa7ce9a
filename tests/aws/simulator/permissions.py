"""Whether a role lets AWS's services make a call, where moto knows the role.

A role that moto doesn't know lets them do anything: what a test is about may be something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import Role, iam_backends

_SAME = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


def denied(role_arn: str, service: str, facts: dict[str, str], action: str, resource: str) -> str:
    """Why `service` can't do `action` to `resource` as the role; nothing if it can.

    Args:
        role_arn: The role.
        service: Who assumes it, such as scheduler.amazonaws.com.
        facts: What conditions in its trust policy are compared with, such as aws:SourceArn.
        action: Such as dynamodb:CreateBackup.
        resource: An ARN.
    """
    role = _role(role_arn)
    if role is None:
        return ""
    if distrusted(role_arn, service, facts):
        return f"{service} cannot assume the role {role_arn}"
    policies = (*role.policies.values(), *role.managed_policies.values())
    results = [
        IAMPolicy(_document(policy)).is_action_permitted(action, resource) for policy in policies
    ]
    if PermissionResult.DENIED in results or PermissionResult.PERMITTED not in results:
        return f"{role_arn} is not authorized to perform: {action} on resource: {resource}"
    return ""


def distrusted(role_arn: str, service: str, facts: dict[str, str]) -> bool:
    """Whether moto knows the role, and its trust policy does not let `service` assume it."""
    role = _role(role_arn)
    if role is None:
        return False
    trust = json.loads(role.assume_role_policy_document)
    return not any(_trusts(one, service, facts) for one in _statements(trust))


def _role(arn: str) -> Role | None:
    roles = iam_backends[arn.split(":")[4]]["aws"].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def _document(policy: Any) -> Any:
    return policy if isinstance(policy, str) or hasattr(policy, "versions") else dict(policy)


def _statements(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    given = document["Statement"]
    yield from [given] if isinstance(given, dict) else given


def _trusts(statement: dict[str, Any], service: str, facts: dict[str, str]) -> bool:
    services = statement.get("Principal", {}).get("Service", [])
    named = service in ([services] if isinstance(services, str) else services)
    wanted = [
        (key, [values] if isinstance(values, str) else values)
        for operator, pairs in statement.get("Condition", {}).items()
        if operator in _SAME
        for key, values in pairs.items()
    ]
    allowed = statement["Effect"] == "Allow" and named
    return allowed and all(facts.get(key) in values for key, values in wanted)
