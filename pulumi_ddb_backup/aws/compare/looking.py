"""What differed as it was read is looked at again, in both tables, before it is told as different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from .canonical import Item, canonical
from .digest import digest_of
from .keys import Key, key_of
from .reading import SEGMENTS, together
from .records import Difference, DifferenceKind
from .rules import last_write
from .run import Side


@dataclass(slots=True)
class Findings:
    """What the differences come to, once each has been looked at."""

    counts: dict[DifferenceKind, int] = field(
        default_factory=lambda: dict.fromkeys(DifferenceKind, 0)
    )
    explained: int = 0
    settled: int = 0
    differences: list[tuple[bool, bytes, Difference]] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """How many items differ."""
        return sum(self.counts.values())

    def sample(self, most: int) -> list[Difference]:
        """Some of the differences, those that are not explained first, in the order of their keys."""
        ordered = sorted(self.differences, key=lambda one: one[:2])
        return [difference for _, _, difference in ordered[:most]]


class Looking:
    """Looks at differences again. A table that is in use may have changed since it was read."""

    def __init__(
        self, sides: Sequence[Side], attribute: str | None, since: datetime | None
    ) -> None:
        self._sides = sides
        self._attribute = attribute
        self._since = since
        self.findings = Findings()

    async def at(self, keys: Iterable[bytes]) -> Findings:
        """Look at the items with these keys.

        Raises:
            BackupError: They could not be read.
        """
        left = iter(keys)
        while batches := self._batches(left):
            await together(self._batch(batch) for batch in batches)
        return self.findings

    def _batches(self, left: Iterator[bytes]) -> list[list[bytes]]:
        """The keys that are looked up next, as many as fit into the budgets."""
        size = min(side.budget.keys_at_once for side in self._sides)
        return [batch for _ in range(SEGMENTS) if (batch := list(islice(left, size)))]

    async def _batch(self, keys: list[bytes]) -> None:
        first, other = await together(self._found(side, keys) for side in self._sides)
        for key in keys:
            self._judge(key, first.get(key), other.get(key))
        self._sides[0].run.tell()

    async def _found(self, side: Side, keys: list[bytes]) -> dict[bytes, Item]:
        names = side.table.key_names
        left: list[Key] = [key_of(key) for key in keys]
        found: dict[bytes, Item] = {}
        while left:
            page = await side.look_up(left)
            for item in page.items:
                found[canonical({name: item[name] for name in names})] = item
            left = [key_of(canonical(key)) for key in page.next_key or ()]
        return found

    def _judge(self, key: bytes, first: Item | None, other: Item | None) -> None:
        same = digest_of(first or {}) == digest_of(other or {})
        if same:
            self.findings.settled += 1
            return
        kind = (
            DifferenceKind.ONLY_OTHER
            if first is None
            else DifferenceKind.ONLY_FIRST
            if other is None
            else DifferenceKind.CHANGED
        )
        explained = self._explains(first) or self._explains(other)
        self.findings.counts[kind] += 1
        self.findings.explained += explained
        self.findings.differences.append((explained, key, Difference(key_of(key), kind, explained)))

    def _explains(self, item: Item | None) -> bool:
        if self._attribute is None or self._since is None:
            return False
        written = last_write(item, self._attribute)
        return written is not None and written >= self._since
