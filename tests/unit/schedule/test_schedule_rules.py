"""What a `BackupSchedule` may be asked for, and that the limits are AWS's."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import get_session

from pulumi_ddb_backup.aws.rules import expressions
from pulumi_ddb_backup.aws.schedule import rules
from pulumi_ddb_backup.aws.schedule.rules import validate_schedule

FINE: dict[str, Any] = {
    "resource_name": "nightly",
    "tables": ["orders", "arn:aws:dynamodb:eu-west-1:123456789012:table/users", None],
    "schedule": "cron(0 3 * * ? *)",
    "timezone": "Europe/Berlin",
    "flexible_window_minutes": 15,
    "maximum_retry_attempts": 2,
    "maximum_event_age_seconds": 900,
    "enabled": True,
}


def reasons(**change: Any) -> list[str]:
    return [one.reason for one in validate_schedule({**FINE, **change})]


def test_a_schedule_with_tables_that_are_not_known_yet_is_fine() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"resource_name": "my.schedule"}, "resource_name must be 1 to 40 letters, digits, hyphens and underscores, since AWS's names are made from it (got 'my.schedule')"),
        ({"resource_name": "n" * 41}, f"resource_name must be 1 to 40 letters, digits, hyphens and underscores, since AWS's names are made from it (got '{'n' * 41}')"),
        ({"tables": []}, "tables must have at least one table (got an empty list)"),
        ({"tables": "orders"}, "tables must be a list of table names or ARNs (got the string 'orders')"),
        ({"tables": {"a": "orders"}}, "tables must be a list of table names or ARNs (got a dict)"),
        ({"tables": ["ok1", "x"]}, "tables[1] must be at least 3 characters (got 1)"),
        ({"tables": ["orders", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]}, "tables must have each table once (got 'orders' 2 times)"),
        ({"tables": ["o" * 204]}, "tables[0] must have a name of 203 characters or less: it is a part of each backup's name, which AWS limits to 255 (got 204)"),
        ({"timezone": "Mars"}, "timezone must be an IANA time zone that this machine knows, such as Europe/Berlin (got 'Mars'); `pip install tzdata` if it knows none"),
        ({"flexible_window_minutes": 1441}, "flexible_window_minutes must be a whole number, 0 to 1440 (got 1441)"),
        ({"maximum_retry_attempts": 1.5}, "maximum_retry_attempts must be a whole number, 0 to 185 (got 1.5)"),
        ({"maximum_event_age_seconds": 59}, "maximum_event_age_seconds must be a whole number, 60 to 86400 (got 59)"),
        ({"enabled": "no"}, "enabled must be true or false (got 'no')"),
    ],
)  # fmt: skip
def test_each_rule_says_what_it_got(change: dict[str, Any], told: str) -> None:
    assert reasons(**change) == [told]


def test_every_broken_rule_is_told_at_once() -> None:
    assert len(reasons(resource_name="", tables=[], schedule="", enabled=None)) == 4


def test_the_limits_are_those_of_the_schedulers_api() -> None:
    model = get_session().get_service_model("scheduler")

    def limits(shape: str) -> tuple[Any, Any]:
        found = model.shape_for(shape).metadata
        return found.get("min"), found.get("max")

    assert limits("MaximumWindowInMinutes") == (1, rules.WINDOW_MAX_MINUTES)
    assert limits("MaximumRetryAttempts") == (0, rules.RETRIES_MAX)
    assert limits("MaximumEventAgeInSeconds") == rules.EVENT_AGE_SECONDS
    assert limits("ScheduleExpression")[1] == expressions.EXPRESSION_MAX
    assert limits("ScheduleExpressionTimezone")[1] == rules.TIMEZONE_MAX
