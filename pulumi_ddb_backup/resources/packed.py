"""The backups of a set as the stack's state keeps them: a line of text each, and nothing said twice.

    {"columns": "backup backup_name backup_status ...",
     "arn:aws:dynamodb:eu-west-1:123456789012:table/": [
         "orders/backup/01700000000000-0a1b2c3d orders-1 AVAILABLE ...", ...]}

A key and the first word of a line below it are a backup's ARN; its table and region follow from that.
A mapping for each backup, as programs see them, is several times as large, and Pulumi takes its time
over every value in it, in each command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ..aws.rules.arns import BackupArn

_COLUMNS: Final = "columns"
_WHOLE: Final = "whole"
"""Under this key are backups that fit into no line, as they are."""
_NONE: Final = "-"
_TABLE: Final = ":table/"


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "backup_name": str,
    "backup_status": str,
    "table_id": str,
    "backup_creation_date_time": str,
    "backup_size_bytes": _number,
    "table_size_bytes": _number,
    "item_count": _number,
    "elapsed_seconds": _number,
}
"""What a line has behind the end of the ARN, and how each word is read."""


def packed(backups: Sequence[Mapping[str, Any]]) -> Any:
    """The backups of a set for the state, from mappings that leave out what is not known."""
    kept: dict[str, list[Any]] = defaultdict(list)
    for backup in backups:
        start, line = _packed(backup)
        kept[start].append(line)
    return {_COLUMNS: " ".join(["backup", *_READ]), **kept} if kept else []


def unpacked(kept: Any) -> Any:
    """The backups of a set for a program, sorted by region and table.

    The mappings that earlier releases kept, and that the mocks of a unit test give, stay as they are.
    """
    if not isinstance(kept, Mapping):
        return kept
    backups = _unpacked(kept)
    return sorted(backups, key=lambda one: (str(one["region"]), str(one["table_name"])))


def _packed(backup: Mapping[str, Any]) -> tuple[str, Any]:
    """The key under which a backup is kept, and what is kept there."""
    start, table, end = str(backup.get("backup_arn")).partition(_TABLE)
    line = " ".join([end, *(_word(backup.get(name)) for name in _READ)])
    try:
        if _read(start + table, line, tuple(_READ)) == backup:
            return start + table, line
    except ValueError:
        pass  # AWS's own have no such ARN, name or number
    return _WHOLE, dict(backup)


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # the engine sends every number as a float
    return _NONE if value is None else str(value)


def _unpacked(kept: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    columns = kept[_COLUMNS].split(" ")[1:]
    for start, lines in kept.items():
        if start == _WHOLE:
            yield from lines
        elif start != _COLUMNS:
            yield from (_read(start, line, columns) for line in lines)


def _read(start: str, line: str, columns: Sequence[str]) -> dict[str, Any]:
    """The backup in a line, without what only a later release knows."""
    end, *words = line.split(" ")
    arn = BackupArn.parse(start + end)
    if arn is None:
        raise ValueError(f"not the ARN of a backup: {start + end}")
    backup: dict[str, Any] = {
        "backup_arn": arn.arn,
        "table_name": arn.table,
        "table_arn": arn.table_arn,
        "region": arn.region,
    }
    for name, word in zip(columns, words, strict=True):
        if word != _NONE and name in _READ:
            backup[name] = _READ[name](word)
    return backup
