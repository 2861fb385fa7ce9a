"""Every rule of the inputs, with its limits and its words."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws import validate
from pulumi_ddb_backup.aws.rules.naming import generated_name

GOOD: dict[str, Any] = {"table_name": "orders", "backup_name": "orders-1"}
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
BACKUP_ARN = f"{TABLE_ARN}/backup/01234567890123-abcdef12"
IN_CHINA = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/orders"
IN_GOVCLOUD = "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/orders"
ONE_OF_TWO = "Give backup_name or backup_name_prefix, exactly one of the two."
NAME_FORM = (
    "must contain only alphanumeric characters, hyphens, underscores, and periods "
    "(pattern: [a-zA-Z0-9_.-]+)"
)
TABLE_ARN_FORM = (
    "table_name must be a table name or a table ARN of the form "
    "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"
)
BACKUP_ARN_FORM = (
    "existing_backup_arn must be a backup ARN of the form "
    "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID"
)
ROLE_FORM = "role_arn must be an IAM role ARN of the form arn:aws:iam::ACCOUNT:role/NAME"
URL_FORM = "endpoint_url must be a URL of the form https://HOST[:PORT]"
URL_PASSWORD = "endpoint_url must not hold a user name or a password"
REGION = "region must be a valid AWS region identifier"
INPUTS = (
    "table_name",
    "backup_name",
    "backup_name_prefix",
    "region",
    "profile",
    "role_arn",
    "endpoint_url",
    "timeout",
    "triggers",
    "deletion_policy",
    "existing_backup_arn",
)


def reasons(inputs: dict[str, Any], unknown: frozenset[str] = frozenset()) -> list[str]:
    return [failure.reason for failure in validate(inputs, unknown)]


def beside_good(key: str, value: object) -> dict[str, Any]:
    """Inputs in which `value` is the only one that can be wrong."""
    if key == "existing_backup_arn":
        return {key: value}
    if key == "backup_name_prefix":
        return {"table_name": "orders", key: value}
    return {**GOOD, key: value}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("table_name", "abc", id="table of 3"),
        pytest.param("table_name", "a" * 255, id="table of 255"),
        pytest.param("table_name", TABLE_ARN, id="table ARN"),
        pytest.param("table_name", IN_CHINA, id="table ARN in China"),
        pytest.param("table_name", IN_GOVCLOUD, id="table ARN in GovCloud"),
        pytest.param("backup_name", "abc", id="name of 3"),
        pytest.param("backup_name", "a" * 255, id="name of 255"),
        pytest.param("backup_name", "aZ09_.-", id="name of every kind of character"),
        pytest.param("backup_name_prefix", "a", id="prefix of 1"),
        pytest.param("backup_name_prefix", "a" * 230, id="prefix of 230"),
        pytest.param("timeout", 60, id="timeout 60"),
        pytest.param("timeout", 7200, id="timeout 7200"),
        pytest.param("timeout", 1800.0, id="whole float"),
        pytest.param("region", "eu-west-1", id="region"),
        pytest.param("region", "eu-west-9", id="region newer than botocore"),
        pytest.param("profile", "prod", id="profile"),
        pytest.param("role_arn", "arn:aws:iam::123456789012:role/x", id="role"),
        pytest.param("role_arn", "arn:aws-cn:iam::123456789012:role/a/b+=,.@-_", id="role in path"),
        pytest.param("endpoint_url", "http://localhost:8000", id="http endpoint"),
        pytest.param("endpoint_url", "https://[::1]:8000/path", id="IPv6 endpoint"),
        pytest.param("triggers", {}, id="no trigger"),
        pytest.param("triggers", {"a": [1, None, {"b": True}]}, id="nested triggers"),
        pytest.param("deletion_policy", "retain", id="retain"),
        pytest.param("deletion_policy", "delete", id="delete"),
        pytest.param("existing_backup_arn", BACKUP_ARN, id="existing backup"),
        pytest.param(
            "existing_backup_arn", f"{IN_CHINA}/backup/01-ab", id="existing backup in China"
        ),
        *(pytest.param(key, None, id=f"{key} None") for key in INPUTS[3:10]),
    ],
)
def test_what_keeps_the_rules_passes(key: str, value: object) -> None:
    assert reasons(beside_good(key, value)) == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("table_name", "", "table_name is required and cannot be empty"),
        ("table_name", " \n", "table_name is required and cannot be empty"),
        ("table_name", "ab", "table_name must be at least 3 characters (got 2)"),
        ("table_name", "a" * 256, "table_name must be 255 characters or less (got 256)"),
        ("table_name", "my table", f"table_name {NAME_FORM} (got 'my table')"),
        ("table_name", 5, "table_name must be a string (got 5)"),
        ("table_name", "arn:aws:s3:::bucket", f"{TABLE_ARN_FORM} (got 'arn:aws:s3:::bucket')"),
        ("table_name", "arn:", f"{TABLE_ARN_FORM} (got 'arn:')"),
        ("backup_name", "", "backup_name is required and cannot be empty"),
        ("backup_name", "ab", "backup_name must be at least 3 characters (got 2)"),
        ("backup_name", "a" * 256, "backup_name must be 255 characters or less (got 256)"),
        ("backup_name", "a b c", f"backup_name {NAME_FORM} (got 'a b c')"),
        ("backup_name", "abc\n", f"backup_name {NAME_FORM} (got 'abc\\n')"),
        ("backup_name", "größe", f"backup_name {NAME_FORM} (got 'gr\\xf6\\xdfe')"),
        ("backup_name", ["abc"], "backup_name must be a string (got ['abc'])"),
        ("backup_name_prefix", "", "backup_name_prefix is required and cannot be empty"),
        ("backup_name_prefix", "a/b", f"backup_name_prefix {NAME_FORM} (got 'a/b')"),
        (
            "backup_name_prefix",
            "a" * 231,
            "backup_name_prefix must be 230 characters or less (got 231)",
        ),
        ("timeout", 59, "timeout must be at least 60 seconds (got 59)"),
        ("timeout", 59.0, "timeout must be at least 60 seconds (got 59)"),
        ("timeout", 0, "timeout must be at least 60 seconds (got 0)"),
        ("timeout", -1800, "timeout must be at least 60 seconds (got -1800)"),
        ("timeout", 7201, "timeout must be at most 7200 seconds (got 7201)"),
        ("timeout", 60.5, "timeout must be a whole number of seconds (got 60.5)"),
        ("timeout", True, "timeout must be a whole number of seconds (got True)"),
        ("timeout", math.nan, "timeout must be a whole number of seconds (got nan)"),
        ("timeout", math.inf, "timeout must be a whole number of seconds (got inf)"),
        ("timeout", -math.inf, "timeout must be a whole number of seconds (got -inf)"),
        ("timeout", "1800", "timeout must be a whole number of seconds (got '1800')"),
        ("timeout", [60], "timeout must be a whole number of seconds (got [60])"),
        ("region", "moon-1", f"{REGION} (got 'moon-1')"),
        ("region", "", f"{REGION} (got '')"),
        ("region", "eu-west-1\n", f"{REGION} (got 'eu-west-1\\n')"),
        ("region", 1, f"{REGION} (got 1)"),
        ("profile", "", "profile is required and cannot be empty"),
        ("profile", 7, "profile must be a string (got 7)"),
        ("role_arn", "admin", f"{ROLE_FORM} (got 'admin')"),
        ("role_arn", 1, f"{ROLE_FORM} (got 1)"),
        (
            "role_arn",
            "arn:aws:iam::12:role/x",
            f"{ROLE_FORM} (got 'arn:aws:iam::12:role/x')",
        ),
        ("endpoint_url", "localhost:8000", URL_FORM),
        ("endpoint_url", "ftp://host", URL_FORM),
        ("endpoint_url", "https://", URL_FORM),
        ("endpoint_url", "https://host:99999", URL_FORM),
        ("endpoint_url", "https://[::1", URL_FORM),
        ("endpoint_url", "https://ho st", URL_FORM),
        ("endpoint_url", 8000, URL_FORM),
        ("endpoint_url", "https://me:hunter2@host", URL_PASSWORD),
        ("endpoint_url", "https://me@host", URL_PASSWORD),
        ("triggers", ["a"], "triggers must be a mapping of names to values (got ['a'])"),
        ("triggers", "a", "triggers must be a mapping of names to values (got 'a')"),
        ("deletion_policy", "keep", 'deletion_policy must be "retain" or "delete" (got \'keep\')'),
        ("deletion_policy", {}, 'deletion_policy must be "retain" or "delete" (got {})'),
        ("existing_backup_arn", "b", f"{BACKUP_ARN_FORM} (got 'b')"),
        ("existing_backup_arn", 3, f"{BACKUP_ARN_FORM} (got 3)"),
        ("existing_backup_arn", "arn:aws:s3:::b", f"{BACKUP_ARN_FORM} (got 'arn:aws:s3:::b')"),
        (
            "existing_backup_arn",
            "arn:aws:backup:eu-west-1:123456789012:recovery-point:1",
            "existing_backup_arn must be an on-demand backup of DynamoDB itself: AWS Backup's vault "
            "manages its own recovery points "
            "(got 'arn:aws:backup:eu-west-1:123456789012:recovery-point:1')",
        ),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_breaks_a_rule_is_told_in_the_words_of_the_rule(
    key: str, value: object, reason: str
) -> None:
    assert [(f.property, f.reason) for f in validate(beside_good(key, value))] == [(key, reason)]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        pytest.param(
            {},
            [
                ("table_name", "table_name is required and cannot be empty"),
                ("backup_name", f"backup_name is required and cannot be empty. {ONE_OF_TWO}"),
            ],
            id="nothing given",
        ),
        pytest.param(
            {"table_name": None, "backup_name": None},
            [
                ("table_name", "table_name is required and cannot be empty"),
                ("backup_name", f"backup_name is required and cannot be empty. {ONE_OF_TWO}"),
            ],
            id="None is absent",
        ),
        pytest.param(
            {**GOOD, "backup_name_prefix": "orders-"},
            [
                (
                    "backup_name",
                    f"backup_name and backup_name_prefix exclude each other. {ONE_OF_TWO}",
                )
            ],
            id="both names",
        ),
        *(
            pytest.param(
                {"existing_backup_arn": BACKUP_ARN, key: "orders-1"},
                [
                    (
                        key,
                        f"{key} must be left out beside existing_backup_arn: that backup has a name",
                    )
                ],
                id=f"existing backup and {key}",
            )
            for key in ("backup_name", "backup_name_prefix")
        ),
        *(
            pytest.param(
                {**GOOD, "table_name": arn, "region": "us-east-1"},
                [
                    (
                        "region",
                        f"region 'us-east-1' differs from '{region}', the region in table_name",
                    )
                ],
                id=f"region and table ARN in {region}",
            )
            for arn, region in (
                (TABLE_ARN, "eu-west-1"),
                (IN_CHINA, "cn-north-1"),
                (IN_GOVCLOUD, "us-gov-west-1"),
            )
        ),
        pytest.param(
            {"existing_backup_arn": BACKUP_ARN, "region": "us-east-1"},
            [
                (
                    "region",
                    "region 'us-east-1' differs from 'eu-west-1', the region in "
                    "existing_backup_arn",
                )
            ],
            id="region and existing backup",
        ),
        pytest.param(
            {"existing_backup_arn": BACKUP_ARN, "table_name": "users"},
            [
                (
                    "existing_backup_arn",
                    "existing_backup_arn is a backup of table 'orders', table_name names 'users'",
                )
            ],
            id="table name and existing backup",
        ),
        pytest.param(
            {"existing_backup_arn": BACKUP_ARN, "table_name": IN_CHINA},
            [
                (
                    "existing_backup_arn",
                    "existing_backup_arn is a backup of table 'orders', "
                    f"table_name names '{IN_CHINA}'",
                )
            ],
            id="table ARN of another partition and existing backup",
        ),
    ],
)
def test_inputs_that_do_not_go_together_are_told(
    inputs: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert [(f.property, f.reason) for f in validate(inputs)] == expected


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**GOOD, "table_name": TABLE_ARN, "region": "eu-west-1"}, id="same region"),
        pytest.param({**GOOD, "table_name": IN_CHINA, "region": "cn-north-1"}, id="aws-cn"),
        pytest.param({**GOOD, "table_name": IN_GOVCLOUD, "region": "us-gov-west-1"}, id="gov"),
        pytest.param({"existing_backup_arn": BACKUP_ARN, "table_name": "orders"}, id="its name"),
        pytest.param({"existing_backup_arn": BACKUP_ARN, "table_name": TABLE_ARN}, id="its ARN"),
        pytest.param({"existing_backup_arn": BACKUP_ARN, "region": "eu-west-1"}, id="its region"),
    ],
)
def test_inputs_that_say_the_same_twice_pass(inputs: dict[str, Any]) -> None:
    assert reasons(inputs) == []


def test_all_failures_are_reported_together() -> None:
    failures = validate(
        {"table_name": "a", "backup_name": "b!", "region": "moon-1", "timeout": 1, "triggers": 2}
    )
    assert [failure.property for failure in failures] == [
        "table_name",
        "backup_name",
        "backup_name",
        "region",
        "timeout",
        "triggers",
    ]


@pytest.mark.parametrize("key", INPUTS)
def test_a_value_that_is_not_known_yet_passes(key: str) -> None:
    sentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert reasons(beside_good(key, sentinel), frozenset({key})) == []


def test_an_unknown_value_counts_as_given() -> None:
    assert reasons({"backup_name": "orders-1"}, frozenset({"table_name", "region"})) == []
    assert reasons(GOOD, frozenset({"backup_name_prefix"})) != []


@pytest.mark.parametrize(
    "value", ["https://me:hunter2@host", "https://me:hunter2@ho st", "hunter2", "http://:hunter2@"]
)
def test_an_endpoint_is_never_repeated_as_it_may_hold_a_password(value: str) -> None:
    (reason,) = reasons({**GOOD, "endpoint_url": value})
    assert "hunter2" not in reason


HOSTILE = [
    pytest.param("a\nb\r\nc", id="newlines"),
    pytest.param("\x1b[31mred\x1b[0m\x07", id="ANSI"),
    pytest.param("nul\x00nul", id="NUL"),
    pytest.param("\u202egnp.exe\u2066\ufeff", id="bidi"),
    pytest.param("\ud800", id="lone surrogate"),
    pytest.param("arn:" + "\x1b" * 1_000_000, id="1 MB ARN"),
    pytest.param("x" * 1_000_000, id="1 MB name"),
    pytest.param({"k" * 1_000_000: "\x1b\n\x00"}, id="1 MB mapping"),
    pytest.param(["\ud800\x1b\n" * 1_000], id="list"),
]


@pytest.mark.parametrize("key", INPUTS)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_never_reaches_a_message(key: str, value: object) -> None:
    for reason in reasons(beside_good(key, value)):
        assert reason.isprintable()
        assert len(reason) < 400


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FORMED = st.sampled_from(["arn:", TABLE_ARN, BACKUP_ARN, IN_CHINA, "https://", "eu-west-1"])


@settings(deadline=None)
@given(
    inputs=st.dictionaries(st.sampled_from(INPUTS), JSON_LIKE | FORMED, max_size=6),
    unknown=st.sets(st.sampled_from(INPUTS), max_size=3),
)
def test_any_values_are_answered_by_short_printable_reasons(
    inputs: dict[str, Any], unknown: set[str]
) -> None:
    for failure in validate(inputs, unknown):
        assert failure.property in INPUTS
        assert failure.reason.isprintable()
        assert len(failure.reason) < 400


@settings(deadline=None)
@given(
    st.text(max_size=300)
    | st.text("aZ09_.-", max_size=300)
    | st.from_regex(r"[a-zA-Z0-9_.-]{3,255}")
)
def test_exactly_the_names_of_the_pattern_are_accepted(name: str) -> None:
    fits = re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", name) is not None
    assert (reasons({**GOOD, "backup_name": name}) == []) == fits
    assert (reasons({**GOOD, "table_name": name}) == []) == fits


@settings(deadline=None)
@given(st.text("aZ09_.-", min_size=1, max_size=230), st.datetimes())
def test_a_name_made_from_a_valid_prefix_is_valid(prefix: str, moment: Any) -> None:
    assert reasons({**GOOD, "backup_name": generated_name(prefix, moment, "0123abcd")}) == []
