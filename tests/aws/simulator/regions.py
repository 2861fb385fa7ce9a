"""Regions that AWS has."""

from __future__ import annotations

from functools import cache

import botocore.session

from tests.aws.simulator.answers import Refusal
from tests.aws.simulator.calls import Call


@cache
def _regions() -> frozenset[str]:
    session = botocore.session.get_session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("dynamodb", partition)
    )


def unknown_region(call: Call) -> Refusal | None:
    """What AWS says of a call that is signed for a region that it does not have."""
    if not call.region or call.region in _regions() or call.region == "aws-global":
        return None
    words = f"Credential should be scoped to a valid region, not '{call.region}'."
    return "InvalidSignatureException", words, 400 if call.service == "dynamodb" else 403
