"""A set's logic behind a face that keeps the backups packed: the logic knows them as programs do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..logic import Call, Changed, Checked, HalfMade, Made, Seen
from .packed import packed, unpacked

if TYPE_CHECKING:
    from ..logic import ResourceLogic

_BACKUPS: Final = "backups"


class PackedLogic:
    """Unpacks what the engine hands over, and packs what it is to keep. See `ResourceLogic`.

    Attributes:
        cancel: The logic's own.
    """

    def __init__(self, logic: ResourceLogic) -> None:
        self._logic = logic
        self.cancel = logic.cancel

    def check(self, call: Call, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Checked:
        return self._logic.check(call, olds, news)

    def diff(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Changed:
        return self._logic.diff(call, id_, _told(olds), news)

    def create(self, call: Call, props: Mapping[str, Any]) -> Made:
        with _keeping_it_packed():
            made = self._logic.create(call, props)
        return Made(made.id, _kept(made.outputs))

    def read(self, call: Call, id_: str, props: Mapping[str, Any]) -> Seen | None:
        with _keeping_it_packed():
            seen = self._logic.read(call, id_, _told(props))
        return seen and Seen(seen.id, _kept(seen.outputs), seen.inputs)

    def update(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Made:
        with _keeping_it_packed():
            made = self._logic.update(call, id_, _told(olds), news)
        return Made(made.id, _kept(made.outputs))

    def delete(self, call: Call, id_: str, props: Mapping[str, Any]) -> None:
        self._logic.delete(call, id_, _told(props))


def _told(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return _with(unpacked, outputs)


def _kept(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return _with(packed, outputs)


def _with(form: Callable[[Any], Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    """`outputs` with the backups in another form."""
    backups = outputs.get(_BACKUPS)
    return {**outputs, **({_BACKUPS: form(backups)} if backups else {})}


@contextmanager
def _keeping_it_packed() -> Iterator[None]:
    """What is half made by the block is kept packed, too."""
    try:
        yield
    except HalfMade as error:
        raise HalfMade(str(error), error.id, _kept(error.outputs)) from error
