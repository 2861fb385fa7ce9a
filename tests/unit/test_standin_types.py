"""The stand-in's one type for every resource of pulumi_aws: it refuses what the plugin would."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.properties import Refused
from tests.standin.recorded import kind_of

SCHEDULE = "aws:scheduler/schedule:Schedule"
FINE: dict[str, Any] = {
    "scheduleExpression": "rate(1 day)",
    "flexibleTimeWindow": {"mode": "OFF"},
    "target": {"arn": "arn:aws:scheduler:::aws-sdk:dynamodb:createBackup", "roleArn": "arn:r"},
}


def checked(**change: Any) -> dict[str, Any]:
    return kind_of(SCHEDULE).check({**FINE, **change}, {}, "nightly-0123abc")


def test_a_name_is_made_where_none_is_given_and_kept_from_then_on() -> None:
    made = checked()
    assert made["name"] == "nightly-0123abc"
    assert kind_of(SCHEDULE).check(FINE, made, "nightly-4567def")["name"] == "nightly-0123abc"
    assert checked(name="mine")["name"] == "mine"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schedule_expression": "rate(1 day)"}, "Schedule has no input schedule_expression"),
        ({"target": {"arn": "a", "role_arn": "r"}}, "Schedule.target has no input role_arn; Schedule.target needs roleArn"),
        ({"target": None}, "Schedule needs target"),
    ],
)  # fmt: skip
def test_an_input_that_pulumi_aws_does_not_know_or_misses_is_refused(
    change: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused) as refused:
        checked(**change)
    assert str(refused.value) == words


def test_a_name_that_is_too_long_for_aws_is_refused() -> None:
    with pytest.raises(Refused, match=r"in the range \(1 - 64\)"):
        kind_of(SCHEDULE).check(FINE, {}, "n" * 65)


def test_a_type_that_pulumi_aws_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="knows no aws:scheduler/calendar:Calendar"):
        kind_of("aws:scheduler/calendar:Calendar")
