"""Digests of items, and their sums: alone, and in buckets by the item's key. Pure.

The digests are added up, so their order does not matter, and a pair of changes does not cancel out as
it would with exclusive or. The sums show accidents. They are no protection against somebody who
makes items up in order to hide a change.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from .canonical import Item, canonical

BUCKETS: Final = 2**14
_BITS: Final = 256
_MODULUS: Final = 2**_BITS
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """An item, as far as it has to be known.

    Attributes:
        key: The canonical bytes of its key.
        key_digest: Their digest.
        digest: The digest of the whole item.
    """

    key: bytes
    key_digest: bytes
    digest: int

    @property
    def bucket(self) -> int:
        """The bucket that its key belongs in: the same in every table."""
        return bucket_of(self.key_digest)


def entries(items: Iterable[Item], key_names: Sequence[str]) -> list[Entry]:
    """The entries of items.

    Raises:
        ValueError: An item has no such key, or holds what DynamoDB has no type for.
    """
    return [_entry(item, key_names) for item in items]


def _entry(item: Item, key_names: Sequence[str]) -> Entry:
    try:
        key = canonical({name: item[name] for name in key_names})
    except KeyError:
        raise ValueError("an item without its key") from None
    return Entry(key, key_digest(key), digest_of(item))


def digest_of(item: Item) -> int:
    """The digest of an item."""
    return int.from_bytes(blake2b(canonical(item), digest_size=_BITS // 8).digest(), "big")


def key_digest(key: bytes) -> bytes:
    """The digest of the canonical bytes of a key."""
    return blake2b(key, digest_size=_KEY_BYTES, person=b"key").digest()


def bucket_of(digest: bytes) -> int:
    """The bucket of a key with that digest."""
    return int.from_bytes(digest[:2], "big") % BUCKETS


class Sums:
    """What two tables come to, in each bucket and as a whole.

    Attributes:
        totals: The sum of each table's digests.
        counts: How many items each table has.
    """

    def __init__(self) -> None:
        self.totals = [0, 0]
        self.counts = [0, 0]
        self._differences = [0] * BUCKETS
        self._in_bucket = (array("q", bytes(8 * BUCKETS)), array("q", bytes(8 * BUCKETS)))

    def add(self, table: int, found: Iterable[Entry]) -> None:
        """Count items of a table: 0 is the first, 1 the other."""
        sign = -1 if table else 1
        counts, differences = self._in_bucket[table], self._differences
        total = self.totals[table]
        for entry in found:
            bucket = entry.bucket
            counts[bucket] += 1
            total += entry.digest
            differences[bucket] = (differences[bucket] + sign * entry.digest) % _MODULUS
            self.counts[table] += 1
        self.totals[table] = total % _MODULUS

    def differing(self) -> list[int]:
        """The buckets in which the tables do not come to the same."""
        first, other = self._in_bucket
        return [
            bucket
            for bucket, difference in enumerate(self._differences)
            if difference or first[bucket] != other[bucket]
        ]

    def items_in(self, bucket: int) -> int:
        """How many items of both tables are in a bucket."""
        first, other = self._in_bucket
        return first[bucket] + other[bucket]

    def told(self, table: int) -> str:
        """The sum of a table's digests as text."""
        return f"{self.totals[table]:0{_BITS // 4}x}"

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        first, other = self._in_bucket
        return {
            "totals": [f"{total:x}" for total in self.totals],
            "counts": self.counts,
            "buckets": {
                str(bucket): [f"{difference:x}", first[bucket], other[bucket]]
                for bucket, difference in enumerate(self._differences)
                if first[bucket] or other[bucket]
            },
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Sums:
        """The sums that `as_json` has told.

        Raises:
            KeyError, TypeError, ValueError, IndexError: It has not told them.
        """
        sums = cls()
        sums.totals = [int(total, 16) for total in told["totals"]]
        sums.counts = [int(count) for count in told["counts"]]
        for bucket, (difference, first, other) in told["buckets"].items():
            sums._differences[int(bucket)] = int(difference, 16)
            sums._in_bucket[0][int(bucket)] = first
            sums._in_bucket[1][int(bucket)] = other
        return sums
