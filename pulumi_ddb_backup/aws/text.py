"""How foreign text (a user's value, AWS's own words) is made fit for a message."""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_SECRETS = (
    (re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}\b"), "(access key removed)"),
    (
        re.compile(
            r"(?i)\b(x-amz-security-token|x-amz-signature|signature|credential|authorization"
            r"|(?:session|security)[ _-]?token|secret[ _-]?(?:access[ _-]?)?key)"
            r"(['\"]?\s*[:=]\s*['\"]?)[^\s'\",;&]+"
        ),
        r"\1\2(removed)",
    ),
    (re.compile(r"(?i)\bAWS4-HMAC-SHA256\b.*"), "(request signature removed)"),
    (re.compile(r"[A-Za-z0-9+/]{80,}={0,2}"), "(token removed)"),
    (re.compile(r"\b[0-9]{12}\b"), "(account)"),
)


def shown(value: object, limit: int = 60) -> str:
    """A user's value as it may stand in a message: quoted, escaped and cut."""
    text = repr(value) if not isinstance(value, str) else ascii(value[: limit + 1])
    return text if len(text) <= limit else f"{text[:limit]}..."


def sanitized(text: str, limit: int = 400) -> str:
    """Words that AWS wrote, less account data, credentials, signatures and escapes, and cut."""
    text = _CONTROL.sub(" ", _ANSI.sub("", text[: 20 * limit]))
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit]}..."
