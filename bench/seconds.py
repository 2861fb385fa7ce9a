"""A simulated time that several processes go by.

python -m bench.seconds FILE SECONDS    lets SECONDS pass on it
"""

from __future__ import annotations

import mmap
import struct
import sys
from pathlib import Path
from typing import Final

_SECONDS: Final = struct.Struct("d")
_BEGIN: Final = 1000.0


class SharedSeconds:
    """A number of seconds in a file that several processes map. Two may not write at a time."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_SECONDS.pack(_BEGIN))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _SECONDS.size)

    def read(self) -> float:
        seconds: float = _SECONDS.unpack(self._memory[:])[0]
        return seconds

    def write(self, seconds: float) -> None:
        self._memory[:] = _SECONDS.pack(seconds)


if __name__ == "__main__":
    shared = SharedSeconds(Path(sys.argv[1]))
    shared.write(shared.read() + float(sys.argv[2]))
