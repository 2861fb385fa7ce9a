"""A list of tables that have to be in one region and account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .arns import TableArn, plain_name
from .text import kind_of, shown
from .validation import a_table_name


def a_list_of_tables(name: str, value: object, most: int | None = None) -> Iterator[str]:
    """What is wrong with the tables in the input `name`. None in the list is not known yet.

    Args:
        name: The name of the input.
        value: What was given: names or ARNs.
        most: How many there may be. Default: any number.
    """
    if not isinstance(value, (list, tuple)):
        kind = f"the string {shown(value)}" if isinstance(value, str) else kind_of(value)
        yield f"{name} must be a list of table names or ARNs (got {kind})"
        return
    if not value:
        yield f"{name} must have at least one table (got an empty list)"
    if most is not None and len(value) > most:
        yield f"{name} must have {most} tables or less (got {len(value)})"
    for at, one in enumerate(value):
        if one is not None:
            yield from a_table_name(f"{name}[{at}]", one)
    yield from _twice(name, [one for one in value if isinstance(one, str)])


def elsewhere(name: str, value: object, region: str, account: str) -> Iterator[str]:
    """What is wrong with the table in the input `name` for something in this region and account.

    An empty region or account is one that is not known.
    """
    arn = TableArn.parse(value) if isinstance(value, str) else None
    if arn is not None and region and arn.region != region:
        yield (
            f"{name} must be in region {region}, like the component's provider; for another region, make "
            f"another component with its own provider (got {shown(arn.arn, 200)})"
        )
    elif arn is not None and account and arn.account != account:
        yield f"{name} must be in account {account} (got {shown(arn.arn, 200)})"


def _twice(name: str, tables: Sequence[str]) -> Iterator[str]:
    counts = Counter(plain_name(table) for table in tables)
    for table, count in counts.items():
        if count > 1:
            yield f"{name} must have each table once (got {shown(table)} {count} times)"
