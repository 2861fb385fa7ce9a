"""Whom a message is about: one table, or no single one."""

from __future__ import annotations

import re
from typing import Final

ALL_TABLES: Final = "*"
"""What facts have for a table's name where an operation concerns no single table."""

_ONE_TABLE: Final = re.compile(r"(?:DynamoDB |A )?(?P<t>[Tt])able(?: named|:)? '\{table_name\}'")


def of_tables(template: str) -> str:
    """A sentence that names a table, as it is said where no single one is concerned."""
    return _ONE_TABLE.sub(lambda found: f"{'The' if found['t'] == 'T' else 'the'} tables", template)
