"""Lists of AWS Backup: filters and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

_PAGE = 1000


def page(
    found: Iterable[dict[str, Any]], params: dict[str, Any], key: str, by: dict[str, str]
) -> dict[str, Any]:
    """One page of what the filters let through.

    Args:
        found: Everything there is.
        params: What was asked.
        key: Under what it is told.
        by: The member that each filter looks at.
    """
    chosen = [one for one in found if all(_fits(one, params, *pair) for pair in by.items())]
    begin, size = int(params.get("NextToken", 0)), int(params.get("MaxResults", _PAGE))
    content: dict[str, Any] = {key: chosen[begin : begin + size]}
    if begin + size < len(chosen):
        content["NextToken"] = str(begin + size)
    return content


def _fits(one: dict[str, Any], params: dict[str, Any], name: str, member: str) -> bool:
    if name not in params:
        return True
    asked, value = params[name], one.get(member)
    if not name.endswith(("Before", "After")):
        return bool(str(asked) == str(value))
    compare: Callable[[float, float], bool] = (
        float.__lt__ if name.endswith("Before") else float.__gt__
    )
    moment = datetime.fromisoformat(str(asked).replace("Z", "+00:00")).timestamp()
    return value is not None and compare(float(value), moment)
