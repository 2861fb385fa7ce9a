"""What a preview says beside Pulumi's own words: what becomes of the backups that there are.

A provider is not told that it is asked for a preview, but the program knows: it says so in an input,
which `check` drops. A preview of a destroy asks a provider nothing at all, so nothing is said there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..display import tell_final

if TYPE_CHECKING:
    from ..logic import Call

PREVIEWING: Final = "previewing"
"""The input by which a program says that this is a preview."""

_previewed: set[str | None] = set()


def note_preview(call: Call, news: Mapping[str, Any]) -> None:
    """Note whether `news`, the inputs of a check, come from a preview."""
    (_previewed.add if news.get(PREVIEWING) else _previewed.discard)(call.urn)


def foretell(call: Call, text: str) -> None:
    """Keep `text` as a line of the preview, if this is one."""
    if text and call.urn in _previewed:
        tell_final(call, text)


def of_replacement(backup: str, olds: Mapping[str, Any]) -> str:
    """What a replacement does to `backup`: the policy counts as it was deployed last."""
    if olds.get("deletion_policy") == "delete":
        return f'Replacing it deletes {backup}, as last deployed with deletion_policy="delete"'
    return f"Replacing it keeps {backup} in AWS"


def of_selection(selecting: Sequence[str], olds: Mapping[str, Any], news: Mapping[str, Any]) -> str:
    """What becomes of the backups of tables that leave a set; empty where none can."""
    if not selecting:
        return ""
    if {one.get("deletion_policy") for one in (olds, news)} == {"delete"}:
        return 'The backups of tables that leave the set are deleted (deletion_policy="delete")'
    return "The backups of tables that leave the set stay in AWS"
