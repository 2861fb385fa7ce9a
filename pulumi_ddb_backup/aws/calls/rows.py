"""What a row of the tables of errors holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..errors import BackupError


class Retry(Enum):
    """Whether a failed call is sent again."""

    NEVER = "never"
    IN_A_ROW = "up to 3 times in a row"
    UNTIL_DEADLINE = "until the operation's deadline"


@dataclass(frozen=True, slots=True)
class AwsError:
    """One row of the table: what an answer of AWS becomes here."""

    error: type[BackupError]
    retry: Retry
    sentence: str
    advice: str = ""
