"""AWS's schedule expressions, as its documentation has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.rules.expressions import a_cron, an_expression


def wrong(value: object) -> str:
    return "\n".join(an_expression("schedule", value))


@pytest.mark.parametrize(
    "value",
    [
        "cron(0 3 * * ? *)",
        "cron(15 10 ? * MON-FRI *)",
        "cron(0/15 8-17 ? * 2-6 2026-2030)",
        "cron(0 18 ? JAN,APR,JUL,OCT 2#1 *)",
        "cron(0 10 ? * 6L 2026-2027)",
        "cron(30 4 L * ? *)",
        "cron(30 4 15W */2 ? *)",
        "cron(0  8   1 * ? *)",
        "rate(1 day)",
        "rate(1 hours)",
        "rate(12 hours)",
        "at(2026-01-31T03:00:00)",
    ],
)
def test_what_aws_takes_is_taken(value: str) -> None:
    assert wrong(value) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("cron(0 3 * * *)", "must have six fields in cron(...)"),
        ("0 3 * * *", "AWS's cron has a sixth field, the year"),
        ("cron(0 3 * * * *)", "must have ? as day-of-month or as day-of-week"),
        ("cron(0 3 ? * ? *)", "(got '?' and '?' in 'cron(0 3 ? * ? *)')"),
        ("cron(60 3 * * ? *)", "must have 0-59 as minutes"),
        ("cron(0 24 * * ? *)", "must have 0-23 as hours"),
        ("cron(0 3 32 * ? *)", "as day-of-month, with , - * / where they make sense (got '32'"),
        ("cron(0 3 1,L * ? *)", "as day-of-month"),
        ("cron(0 3 1 13 ? *)", "must have 1-12 or JAN-DEC as month"),
        ("cron(0 3 1 jan ? *)", "must have 1-12 or JAN-DEC as month"),
        ("cron(0 3 ? * 0 *)", "as day-of-week"),
        ("cron(0 3 ? * 2#6 *)", "as day-of-week"),
        ("cron(0 3 ? * 2#1,3#1 *)", "as day-of-week"),
        ("cron(0 3 1 * ? 1969)", "must have 1970-2199 as year"),
        ("cron(0/0 3 1 * ? *)", "as minutes"),
        (
            "cron(0 3 1 * ? *) ",
            "must be cron(0 3 * * ? *), rate(12 hours) or at(2026-01-31T03:00:00)",
        ),
        ("rate(0 hours)", "must have a whole number above 0"),
        ("rate(5 minute)", "must have a whole number above 0 and minutes, hours or days"),
        ("rate(1.5 hours)", "(got 'rate(1.5 hours)')"),
        ("rate(1 week)", "minutes, hours or days"),
        ("at(2026-02-30T03:00:00)", "must have a date and a time in at(...)"),
        ("at(2026-01-31T03:00:00Z)", "the time zone is an input of its own"),
        ("at(2026-01-31)", "must have a date and a time"),
        ("daily", "(got 'daily')"),
        ("", "(got '')"),
        (None, "(got None)"),
        (5, "(got 5)"),
        (f"cron({'0,' * 200}0 3 1 * ? *)", "must be 256 characters or less (got "),
    ],
)
def test_what_aws_refuses_is_told_with_what_was_given(value: object, words: str) -> None:
    assert words in wrong(value)
    assert all(line.startswith("schedule must ") for line in wrong(value).splitlines())


def test_a_plan_takes_cron_alone() -> None:
    assert list(a_cron("schedule", "cron(0 5 ? * * *)")) == []
    assert list(a_cron("schedule", "rate(1 day)")) == [
        "schedule must be cron(0 3 * * ? *), for example (got 'rate(1 day)')"
    ]


@given(st.text() | st.text(alphabet="cronrateat()0123456789 *?/,-#LWJANMON").map("cron({})".format))
def test_any_text_has_an_answer_and_no_exception(value: str) -> None:
    assert all(line.startswith("schedule must ") for line in an_expression("schedule", value))


_ITEMS = st.builds(
    lambda first, last, step: f"{first}-{last}/{step}",
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(1, 59),
)


@given(st.lists(_ITEMS | st.integers(0, 59).map(str), min_size=1, max_size=5))
def test_lists_of_values_ranges_and_steps_within_a_field_are_taken(items: list[str]) -> None:
    assert wrong(f"cron({','.join(items)} 3 * * ? *)") == ""
