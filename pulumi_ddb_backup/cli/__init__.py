"""`ddb-backup`: on-demand DynamoDB backups from the command line, without Pulumi."""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

NEEDED: Final = ("typer", "rich")
"""The libraries of the extra `[cli]`. They, and all that uses them, are imported when `main` runs."""

_INTERRUPTED: Final = 130


def main() -> NoReturn:
    """Carry out the command line of this process, and end it with one of `ExitCode`."""
    try:
        from .app import run
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in NEEDED:
            raise
        sys.exit(
            f"ddb-backup needs {library}, which is not installed: "
            "pip install 'pulumi-ddb-backup[cli]'"
        )
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    run()
