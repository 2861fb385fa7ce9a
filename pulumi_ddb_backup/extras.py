"""The libraries that are installed with an extra only, and the sentence if one of them is missing."""

from __future__ import annotations

from typing import Final

EXTRAS: Final = {"pulumi_aws": "aws", "typer": "cli", "rich": "cli"}
"""The extra that installs a library, by the name that the library is imported by."""


def missing(what: str, error: ModuleNotFoundError) -> str | None:
    """What to install for `what`, if the library that was not found comes with an extra."""
    library = (error.name or "").partition(".")[0]
    if library not in EXTRAS:
        return None
    extra = EXTRAS[library]
    return (
        f"{what} needs {library}, which is not installed: pip install 'pulumi-ddb-backup[{extra}]'"
    )


def as_run_error(what: str, error: ModuleNotFoundError) -> Exception:
    """`error` for a Pulumi program: a sentence without a traceback if an extra is missing."""
    sentence = missing(what, error)
    if sentence is None:
        return error
    from pulumi import RunError

    class MissingExtraError(RunError, ImportError):
        """An extra is not installed."""

    return MissingExtraError(sentence)
