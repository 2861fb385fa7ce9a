"""The dynamic face: a resource's logic as a provider of Pulumi's dynamic resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from ..engine import (
    Call,
    end_with_the_engine,
    provider_method,
    raise_worker_limit,
    when_cancelled,
)
from ..stack.settings import stack_settings

if TYPE_CHECKING:
    from ..logic import ResourceLogic


class DynamicProvider(ResourceProvider):
    """Hands the engine's calls on a dynamic resource to its logic.

    A subclass says which logic. Its pickle is in the stack's state with every resource: it names the
    subclass, and holds nothing.
    """

    serialize_as_secret_always = False  # it holds nothing
    _settings: Mapping[str, str] = {}

    @staticmethod
    def logic(settings: Mapping[str, str]) -> ResourceLogic:
        """The logic in a stack with these settings. Import it here: a program needs none of it.

        Args:
            settings: What `stack_settings` reads.
        """
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def configure(self, req: ConfigureRequest) -> None:
        self._settings = stack_settings(req.config.get)
        raise_worker_limit()
        when_cancelled(self._logic.cancel)
        end_with_the_engine()

    @property
    def _logic(self) -> ResourceLogic:
        return self.logic(self._settings)

    @provider_method
    def check(self, call: Call, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        checked = self._logic.check(call, olds, news)
        # Each reason begins with its property. Given the property too, the engine would print the
        # value as it is: however long, with its escapes, and a secret in plain text.
        return CheckResult(
            dict(checked.inputs), [CheckFailure("", reason) for reason in checked.reasons]
        )

    @provider_method
    def diff(self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changed = self._logic.diff(call, id_, olds, news)
        return DiffResult(changes=bool(changed), replaces=list(changed.replaces))

    @provider_method
    def create(self, call: Call, props: dict[str, Any]) -> CreateResult:
        made = self._logic.create(call, props)
        return CreateResult(made.id, dict(made.outputs))

    @provider_method
    def read(self, call: Call, id_: str, props: dict[str, Any]) -> ReadResult:
        seen = self._logic.read(call, id_, props)
        if seen is None:
            return ReadResult("", {})
        inputs = call.old_inputs if seen.inputs is None else dict(seen.inputs)
        return ReadResult(seen.id, dict(seen.outputs), inputs)

    @provider_method
    def update(
        self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        return UpdateResult(dict(self._logic.update(call, id_, olds, news).outputs))

    @provider_method
    def delete(self, call: Call, id_: str, props: dict[str, Any]) -> None:
        self._logic.delete(call, id_, props)
