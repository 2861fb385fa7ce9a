"""This process: its streams, what others would write into them, and how it is left."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import warnings
from contextlib import suppress
from typing import Final, NoReturn

from .exit_codes import ExitCode
from .interrupts import ENDING

TRACEBACK: Final = "DDB_BACKUP_TRACEBACK"
"""The environment variable with which a mistake of this package, or its log, shows itself."""


def prepare() -> None:
    """Have every letter written, whatever the locale, and nothing by anybody but the command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started this process
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 # for good
            atexit.register(nowhere.close)
            setattr(sys, name, nowhere)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not os.environ.get(TRACEBACK):
        logging.getLogger().addHandler(logging.NullHandler())
        if not sys.warnoptions:
            warnings.simplefilter("ignore")


def leave(code: int) -> NoReturn:
    """End this process, without a word on the way."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    if code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        leave_at_once(code)  # else a call whose answer nobody waits for would be waited for
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # or Python would try again on its way out, and say so
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def leave_at_once(code: int) -> NoReturn:
    """End this process from any thread, whatever the others do."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)
