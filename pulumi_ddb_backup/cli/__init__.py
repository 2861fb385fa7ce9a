"""`ddb-backup`: on-demand DynamoDB backups from the command line, without Pulumi."""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

from ..extras import missing

_INTERRUPTED: Final = 130


def main() -> NoReturn:
    """Carry out the command line of this process, and end it with one of `ExitCode`."""
    try:
        from .app import run  # imports typer and rich, which may be missing
    except ModuleNotFoundError as error:
        sentence = missing("ddb-backup", error)
        if sentence is None:
            raise
        sys.exit(sentence)
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    run()
