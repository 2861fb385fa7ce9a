"""What the logic of a resource is asked, what it answers, and how it fails.

A face is how the logic meets Pulumi's engine, such as a dynamic provider. It hands the logic each call,
and translates its results and failures for the engine. So the same logic runs behind any face.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Call(Protocol):
    """One call of the engine on one resource."""

    @property
    def urn(self) -> str | None:
        """The resource's URN; None where the face can't tell."""

    @property
    def old_inputs(self) -> Mapping[str, Any] | None:
        """The inputs in the stack's state, in a read; None where the face can't tell."""

    def show(self, text: str) -> None:
        """Show `text` on the resource's row, until the next one."""

    def tell(self, text: str) -> None:
        """Keep `text` as a line of the output."""

    def warn(self, text: str) -> None:
        """Keep `text` as a warning."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The inputs with their defaults, and a sentence for each reason that they can't be used."""

    inputs: Mapping[str, Any]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """What a new set of inputs does to a resource.

    Attributes:
        replaces: The changed inputs for which another resource is needed.
        updates: The other changed inputs.
        unfinished: Whether an update has work left from before, whatever has changed.
    """

    replaces: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    unfinished: bool = False

    @classmethod
    def of(cls, replaces: Iterable[str], updates: Iterable[str], *, unfinished: bool) -> Changed:
        """The change in which an input that replaces is no update."""
        replacing = tuple(replaces)
        updating = tuple(name for name in updates if name not in replacing)
        return cls(replacing, updating, unfinished)

    def __bool__(self) -> bool:
        return bool(self.replaces or self.updates or self.unfinished)


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as a create or an update leaves it."""

    id: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A resource that a read has found. `inputs` of None are those in the stack's state."""

    id: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any] | None = None


class FailedCall(Exception):
    """The call failed and left nothing behind. The text is all that the user sees."""


class HalfMade(FailedCall):
    """The call failed, but the resource `id_` exists and its `outputs` are to be kept."""

    def __init__(self, message: str, id_: str, outputs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.id = id_
        self.outputs = outputs


class ResourceLogic(Protocol):
    """The logic of one kind of resource.

    Properties are plain values under the names that a Python program gives them. In a check and a diff,
    some may be unknown. Every method may raise FailedCall; create, read and update HalfMade too.
    """

    def check(self, call: Call, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Checked:
        """Look at the inputs `news`; AWS is not called."""

    def diff(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Changed:
        """What the checked inputs `news` do to the resource whose outputs were `olds`."""

    def create(self, call: Call, props: Mapping[str, Any]) -> Made:
        """Make the resource that the checked inputs ask for."""

    def read(self, call: Call, id_: str, props: Mapping[str, Any]) -> Seen | None:
        """The resource whose outputs were `props`, as it is now; None when it is gone."""

    def update(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Made:
        """Give the resource whose outputs were `olds` the checked inputs `news`."""

    def delete(self, call: Call, id_: str, props: Mapping[str, Any]) -> None:
        """Delete the resource whose outputs were `props`, as its policy says."""

    def cancel(self) -> None:
        """End the waits of every call under way in this process, as Pulumi's Cancel asks.

        Each call ends with its own account of what exists: a HalfMade, where something does.
        """
