"""What of two tables has no equal on the other side, by key and in bounded memory. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from .digest import Entry

UNMATCHED_MAX: Final = 100_000
"""So many items are held that have not been met on the other side yet."""
DIFFERENCES_MAX: Final = 10_000
"""So many differences are held, to be looked at one by one."""


class Matching:
    """Holds items until their equals turn up. Two scans that go alike leave little to hold.

    Args:
        buckets: Only items in these; None for all.

    Attributes:
        overflown: Whether there was too much to hold, so that not every difference is known.
    """

    def __init__(self, buckets: Collection[int] | None = None) -> None:
        self.overflown = False
        self._buckets = buckets
        self._unmatched: tuple[dict[bytes, Entry], dict[bytes, Entry]] = ({}, {})
        self._changed: dict[bytes, Entry] = {}

    def add(self, table: int, found: Iterable[Entry]) -> None:
        """Take in items of a table: 0 is the first, 1 the other."""
        own, others = self._unmatched[table], self._unmatched[1 - table]
        for entry in found:
            if self._buckets is not None and entry.bucket not in self._buckets:
                continue
            other = others.pop(entry.key_digest, None)
            if other is None:
                own[entry.key_digest] = entry
            elif other.digest != entry.digest:
                self._hold_changed(entry)
        if len(own) + len(others) > UNMATCHED_MAX:
            self.overflown = True
            own.clear()
            others.clear()

    def _hold_changed(self, entry: Entry) -> None:
        if len(self._changed) < DIFFERENCES_MAX:
            self._changed[entry.key_digest] = entry
        else:
            self.overflown = True

    @property
    def is_full(self) -> bool:
        """Whether as many differences are known as can be looked at."""
        return len(self._changed) >= DIFFERENCES_MAX

    def differing(self) -> list[bytes]:
        """The keys of what has no equal, in order, as many as can be looked at."""
        alone = () if self.overflown else (e for side in self._unmatched for e in side.values())
        known = sorted(entry.key for entry in (*self._changed.values(), *alone))
        if len(known) > DIFFERENCES_MAX:
            self.overflown = True
        return known[:DIFFERENCES_MAX]
