"""How values and foreign text (a user's input, AWS's own words) are made fit for people."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_SECRETS = (
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}\b"), "(access key removed)"),
    (re.compile(r"(?i)\b(authorization['\"]?\s*[:=]).*"), r"\1 (removed)"),
    (
        re.compile(
            r"(?i)\b(x-amz-security-token|x-amz-signature|signature|credential"
            r"|(?:session|security)[ _-]?token|secret[ _-]?(?:access[ _-]?)?key)"
            r"(['\"]?\s*[:=]\s*['\"]?)[^\s'\",;&]+"
        ),
        r"\1\2(removed)",
    ),
    (re.compile(r"(?i)\bAWS4-HMAC-SHA256\b.*"), "(request signature removed)"),
    (re.compile(r"[A-Za-z0-9+/]{80,}={0,2}"), "(token removed)"),
)
_ACCOUNT = re.compile(r"(?P<in_arn>\barn:[\w-]+:[\w-]*:[\w-]*:[0-9]{12}\b)|\b[0-9]{12}\b")
"""In an ARN it tells who was denied what, and is no more secret than in the ARNs told here anyway."""


def shown(value: object, limit: int = 60) -> str:
    """A user's value as it may stand in a message: quoted, escaped and cut."""
    try:
        text = ascii(value[: limit + 1] if isinstance(value, str) else value)
    except (ValueError, RecursionError):  # a number or a nesting too large to be written down
        text = kind_of(value)
    if " at 0x" in text and not isinstance(value, str):  # Python's own words for what has none
        text = kind_of(value)
    return text if len(text) <= limit else f"{text[:limit]}..."


def kind_of(value: object) -> str:
    """The kind of a value, with its article: "an int", "a FileAsset"."""
    name = type(value).__name__[:40]
    return f"{'an' if name[:1] in 'AEIOaeio' else 'a'} {name}"


def sanitized(text: str, limit: int = 800) -> str:
    """Words that AWS wrote, less bare account ids, credentials, signatures and escapes, and cut."""
    text = _ANSI.sub("", text[: 20 * limit])
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    text = _ACCOUNT.sub(lambda number: number["in_arn"] or "(account)", text)
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit]}..."


def iso(moment: datetime) -> str:
    """A moment as an output tells it: in UTC, to the second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def of_all(count: int, total: int, noun: str, one: str = "", many: str = "") -> str:
    """So many of all, and the verb that they take: "1 of 4 backups is", "3 of 4 backups are".

    Args:
        count: How many.
        total: Of how many.
        noun: What they are, in the singular.
        one: The verb in the singular; none if it is left out.
        many: The verb in the plural.
    """
    nouns = noun if total == 1 else f"{noun}s"
    return f"{count} of {total} {nouns} {one if 1 in (count, total) else many}".rstrip()


def readable_size(count: float) -> str:
    """A size in bytes as a person reads it."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def counted(count: int, noun: str) -> str:
    """A number of things: `1 backup`, `20 backups`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
