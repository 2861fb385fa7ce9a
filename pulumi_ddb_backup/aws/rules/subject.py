"""Whom a message is about: one table, all tables, or none."""

from __future__ import annotations

import re
from typing import Final

ALL_TABLES: Final = "*"
"""What facts have for a table's name where an operation concerns no single table."""
PRICE_LIST: Final = "$"
"""The same where it concerns AWS's price list."""
NO_TABLE: Final = ("", ALL_TABLES, PRICE_LIST)
"""All that is no table's name."""

_ONE_TABLE: Final = re.compile(r"(?:DynamoDB |A )?(?P<t>[Tt])able(?: named|:)? '\{table_name\}'")


_NAMES: Final = {ALL_TABLES: "tables", PRICE_LIST: "price list"}


def about(subject: str, template: str) -> str:
    """A sentence that names a table, as it is said of `subject`."""
    if subject not in _NAMES:
        return template
    name = _NAMES[subject]
    return _ONE_TABLE.sub(lambda found: f"{'The' if found['t'] == 'T' else 'the'} {name}", template)
