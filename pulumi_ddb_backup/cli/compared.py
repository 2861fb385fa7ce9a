"""A comparison as a person and a script read it."""

from __future__ import annotations

from collections.abc import Iterator

from ..aws.compare.keys import key_text
from ..aws.compare.records import Comparison, DifferenceKind, Verdict
from .output import Result


def _names(result: Comparison) -> tuple[str, str]:
    """What both tables are called: with their regions or ARNs where the names are the same."""
    first, other = result.first, result.other
    if first.table_name != other.table_name:
        return first.table_name, other.table_name
    if first.region != other.region:
        return f"{first.table_name} ({first.region})", f"{other.table_name} ({other.region})"
    return first.table_arn, other.table_arn


def _words(result: Comparison) -> dict[DifferenceKind, str]:
    first, other = _names(result)
    return {
        DifferenceKind.CHANGED: "changed",
        DifferenceKind.ONLY_FIRST: f"only in {first}",
        DifferenceKind.ONLY_OTHER: f"only in {other}",
    }


def verdict(result: Comparison) -> str:
    """The verdict in a sentence, less its stop."""
    first, other = _names(result)
    part = f" (part {result.subset})" if result.subset else ""
    most = max(result.first.item_count, result.other.item_count)
    if result.verdict is Verdict.IDENTICAL:
        return f"identical: {first} and {other} hold the same {_items(most)}{part}"
    counts = {
        DifferenceKind.CHANGED: result.changed,
        DifferenceKind.ONLY_FIRST: result.only_first,
        DifferenceKind.ONLY_OTHER: result.only_other,
    }
    told = [f"{count:,} {_words(result)[kind]}" for kind, count in counts.items() if count]
    if result.explained and result.verdict is Verdict.DIFFERENT:
        told.append(f"{result.explained:,} of them explained")
    at_least = "" if result.all_counted else "at least "
    differing = f"{at_least}{result.differing:,} of {_items(most)}"
    if result.verdict is Verdict.NOT_COMPARED:
        looked_at = f"{result.differing:,} that were are explained" if result.differing else ""
        return (
            f"not compared: {first} and {other} differ in more items than could be looked at{part}; "
            f"{looked_at or 'those that were are equal by now'}"
        )
    verb = "differs" if result.differing == 1 and result.all_counted else "differ"
    why = ", each written since the given time" if result.verdict is Verdict.EXPLAINED else ""
    return (
        f"{result.verdict.value}: {differing} {verb} between {first} and {other}{part}{why} "
        f"({', '.join(told)})"
    )


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def shown(result: Comparison, *, named: bool) -> Result:
    """The verdict, and the keys that differ if they are to be `named`."""
    return Result(
        {
            "verdict": result.verdict.value,
            "first": result.first,
            "other": result.other,
            "only_first": result.only_first,
            "only_other": result.only_other,
            "changed": result.changed,
            "explained": result.explained,
            "settled": result.settled,
            "all_counted": result.all_counted,
            "differences": result.differences if named else [],
            "subset": result.subset,
            "elapsed_seconds": result.elapsed_seconds,
        },
        [f"{verdict(result)}.", *_keys(result)],
        [],
    )


def _keys(result: Comparison) -> Iterator[str]:
    """A line for each difference that is named."""
    words = _words(result)
    told = [
        (words[one.kind] + (", explained" if one.explained else ""), key_text(one.key))
        for one in result.differences
    ]
    width = max((len(how) for how, _ in told), default=0)
    for how, key in told:
        yield f"  {how:{width}}  {key}"
    if told and (more := result.differing - len(told)):
        yield f"  and {more:,} more"


def effort(result: Comparison) -> str:
    """What it took."""
    first, other = result.first, result.other
    units = first.read_units + other.read_units
    throttled = first.throttled_calls + other.throttled_calls
    calls = "1 throttled call" if throttled == 1 else f"{throttled:,} throttled calls"
    slowed = f", {calls}" if throttled else ""
    return (
        f"Read {first.item_count:,} and {_items(other.item_count)} with {units:,.1f} read units "
        f"(no price of read units is known), in {result.elapsed_seconds:.1f}s{slowed}."
    )
