"""How far a comparison has come, in a file, so that the next one goes on from there.

Where a scan goes on after is a key of the table, so the file is for its owner alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .digest import Sums
from .keys import Key

_VERSION: Final = 1


class UnusableStateError(ValueError):
    """A state file can't be read or written, or is of another comparison."""


@dataclass(slots=True)
class Position:
    """Where the scan of one segment of a table has come to.

    Attributes:
        after: The key that its next page begins after; None at the beginning.
        done: Whether it has come to its end.
    """

    after: Key | None = None
    done: bool = False


@dataclass(slots=True)
class State:
    """How far a comparison has come.

    Attributes:
        of: What it is a comparison of: ARNs and ids of the tables, and the subset.
        sums: What has been read so far.
        positions: Where each scan has come to, by table and segment.
        units: The read units that each table has taken so far.
        resumed: Whether it is from a file.
    """

    of: Sequence[str | None]
    segments: int
    sums: Sums = field(default_factory=Sums)
    positions: tuple[list[Position], list[Position]] = field(init=False)
    units: list[float] = field(default_factory=lambda: [0.0, 0.0])
    resumed: bool = False

    def __post_init__(self) -> None:
        self.positions = (self._beginning(), self._beginning())

    def _beginning(self) -> list[Position]:
        return [Position() for _ in range(self.segments)]

    def save(self, file: Path) -> None:
        """Write the file anew, whole or not at all.

        Raises:
            UnusableStateError: It can't be written.
        """
        content = {
            "version": _VERSION,
            "of": self.of,
            "sums": self.sums.as_json(),
            "positions": [[[one.after, one.done] for one in side] for side in self.positions],
            "units": self.units,
        }
        new = file.with_name(f"{file.name}.new")
        try:
            with suppress(FileNotFoundError):
                new.unlink()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(new, flags, 0o600), "w", encoding="utf-8") as written:
                json.dump(content, written)
                written.flush()
                os.fsync(written.fileno())
            new.replace(file)
        except OSError as error:
            raise UnusableStateError(f"it can't be written: {error.strerror}") from error

    @classmethod
    def load(cls, file: Path, of: Sequence[str | None], segments: int) -> State:
        """The state in a file; a new one if there is no such file.

        Raises:
            UnusableStateError: It can't be read, or is of another comparison.
        """
        state = cls(of, segments)
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return state
        except OSError as error:
            raise UnusableStateError(f"it can't be read: {error.strerror}") from error
        except ValueError:
            raise UnusableStateError("it is not a state file of a comparison") from None
        try:
            other = list(content["of"]) != list(of)
            if not other:
                state._fill(content)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise UnusableStateError("it is not a state file of a comparison") from None
        if other:
            raise UnusableStateError("it is of a comparison of other tables, or of another subset")
        state.resumed = True
        return state

    def _fill(self, content: Any) -> None:
        if content["version"] != _VERSION:
            raise ValueError("another version")
        self.sums = Sums.from_json(content["sums"])
        first, other = content["positions"]
        self.positions = (
            [Position(after, bool(done)) for after, done in first],
            [Position(after, bool(done)) for after, done in other],
        )
        self.units = [float(units) for units in content["units"]]
        if len(self.positions[0]) != self.segments or len(self.positions[1]) != self.segments:
            raise ValueError("other segments")
