"""As many dynamic resources that do nothing."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class NoopProvider(ResourceProvider):
    """Does nothing."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("noop", props)


class Noop(Resource):
    """A resource of nothing."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(NoopProvider(), name, {"number": number})


for number in range(pulumi.Config().require_int("count")):
    Noop(f"noop-{number:05}", number)
