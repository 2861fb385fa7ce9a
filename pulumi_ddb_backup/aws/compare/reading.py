"""Both tables read from beginning to end, side by side, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final, TypeVar

from ..calls.dynamodb import unreadable
from ..calls.rate import Api
from .digest import Entry, entries
from .keys import Key, key_of
from .run import Side
from .state import Position

T = TypeVar("T")

SEGMENTS: Final = 4
"""In so many segments each table is read at once. More would only wait for this machine's processor."""

Take = Callable[[int, Sequence[Entry]], object]
"""What is done with the items of a page, and the number of their table."""


class Reading:
    """One scan of both tables. Segments go on side by side, so that equal items meet early.

    Attributes:
        positions: Where each scan has come to, by table and segment.
    """

    def __init__(
        self,
        sides: Sequence[Side],
        positions: Sequence[Sequence[Position]],
        part: tuple[int, int],
        take: Take,
        after_page: Callable[[], object],
    ) -> None:
        self._sides = sides
        self.positions = positions
        self._part = part
        self._take = take
        self._after_page = after_page

    async def to_the_end(self) -> None:
        """Read all that is left.

        Raises:
            BackupError: A page could not be read. What has been read until then is taken.
        """
        await together(self._segment(number) for number in range(SEGMENTS))

    async def _segment(self, number: int) -> None:
        while left := [
            side for side in self._sides if not self.positions[side.number][number].done
        ]:
            await together(self._page(side, number) for side in left)

    async def _page(self, side: Side, number: int) -> None:
        part, parts = self._part
        segment = ((part - 1) * SEGMENTS + number, parts * SEGMENTS)
        position = self.positions[side.number][number]
        page = await side.scan(segment, position.after)
        found, after = await self._digested(side, page.items, page.next_key)
        # No await from here on: what is taken and where to go on must never be apart.
        self._take(side.number, found)
        position.after, position.done = after, after is None
        self._after_page()

    async def _digested(
        self, side: Side, items: Sequence[Any], next_key: Any
    ) -> tuple[list[Entry], Key | None]:
        names = side.table.key_names
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(None, entries, items, names)
            after = entries([next_key], names)[0].key if next_key else None
        except (ValueError, TypeError, AttributeError) as error:
            failure = unreadable(ValueError(str(error)), Api.SCAN.action)
            raise side.run.failed(failure) from error
        return found, key_of(after) if after else None


async def together(steps: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Carry out all steps side by side. If one fails, the others are ended before it is told."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
