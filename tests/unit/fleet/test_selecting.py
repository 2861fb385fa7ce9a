"""Every rule of a fleet's inputs, with its limits and its words; and which tables a request means."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws import FleetRequest, TableRef, validate, validate_fleet
from pulumi_ddb_backup.aws.fleet.rules import listed
from pulumi_ddb_backup.aws.rules.naming import filled

GOOD: dict[str, Any] = {"tables": ["orders"], "backup_name": "{table}-1"}
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
IN_CHINA = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/orders"
INPUTS = (
    "tables",
    "table_pattern",
    "exclude_pattern",
    "tags",
    "regions",
    "backup_name",
    "backup_name_prefix",
    "triggers",
    "timeout",
    "deletion_policy",
    "all_or_nothing",
    "profile",
    "role_arn",
    "endpoint_url",
)
ONE_OF_TWO = "Give backup_name or backup_name_prefix, exactly one of the two."
NO_TABLES = "tables, table_pattern or tags must be given: nothing says which tables"
NO_NAME = f"backup_name is required and cannot be empty. {ONE_OF_TWO}"
NAME_FORM = (
    "must contain only alphanumeric characters, hyphens, underscores, and periods "
    "(pattern: [a-zA-Z0-9_.-]+)"
)
PATTERN_FORM = (
    "must be a shell pattern of a table name, of up to 255 of [a-zA-Z0-9_.-] and * ? [ ] !"
)
ARN_FORM = (
    "must be a table name or a table ARN of the form arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"
)
REGION_FORM = "must be a valid AWS region identifier"


def told(inputs: dict[str, Any], unknown: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    return [(failure.property, failure.reason) for failure in validate_fleet(inputs, unknown)]


def beside_good(key: str, value: object) -> dict[str, Any]:
    """Inputs in which `value` is the only one that can be wrong."""
    if key == "backup_name_prefix":
        return {"tables": ["orders"], key: value}
    if key == "exclude_pattern":
        return {**GOOD, "table_pattern": ["*"], key: value}
    return {**GOOD, key: value}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("tables", ["abc", "a" * 255, ARN, IN_CHINA], id="names and ARNs"),
        pytest.param("tables", ("orders", "orders"), id="a tuple, and a name twice"),
        pytest.param("table_pattern", "prod-*", id="one pattern"),
        pytest.param("table_pattern", ["a", "*", "p?[abc][!x-z].-_Z"], id="patterns"),
        pytest.param("table_pattern", "*" * 255, id="pattern of 255"),
        pytest.param("exclude_pattern", "*-tmp", id="one pattern to leave out"),
        pytest.param("exclude_pattern", ["*-tmp", "*-test"], id="patterns to leave out"),
        pytest.param("tags", {"team": "shop", "empty": ""}, id="tags"),
        pytest.param("tags", {"k" * 128: "v" * 256}, id="long tags"),
        pytest.param("tags", {str(number): "" for number in range(50)}, id="50 tags"),
        pytest.param("regions", ["eu-west-1", "eu-west-9", "cn-north-1"], id="regions"),
        pytest.param("backup_name", "abc", id="name of 3"),
        pytest.param("backup_name", "a" * 255, id="name of 255"),
        pytest.param("backup_name", "{table}", id="the table's name"),
        pytest.param("backup_name", "{table}-{timestamp}.x_Y", id="both to fill in"),
        pytest.param("backup_name", "{timestamp}", id="the time alone"),
        pytest.param("backup_name_prefix", "a" * 230, id="prefix of 230"),
        pytest.param("triggers", {"release": [1, {"x": None}]}, id="triggers"),
        pytest.param("timeout", 60, id="timeout 60"),
        pytest.param("timeout", 7200.0, id="timeout 7200"),
        pytest.param("deletion_policy", "delete", id="delete"),
        pytest.param("all_or_nothing", True, id="all or nothing"),
        pytest.param("all_or_nothing", False, id="not all or nothing"),
        pytest.param("profile", "prod", id="profile"),
        pytest.param("role_arn", "arn:aws:iam::123456789012:role/x", id="role"),
        pytest.param("endpoint_url", "http://localhost:8000", id="endpoint"),
        *(pytest.param(key, None, id=f"{key} None") for key in INPUTS[6:]),
    ],
)
def test_what_keeps_the_rules_passes(key: str, value: object) -> None:
    inputs = beside_good(key, value)
    if value is None and key == "backup_name_prefix":
        inputs["backup_name"] = "abc"
    assert told(inputs) == []


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"table_pattern": ["prod-*"], "backup_name": "abc"}, id="a pattern alone"),
        pytest.param({"tags": {"team": "shop"}, "backup_name": "abc"}, id="tags alone"),
        pytest.param(
            {"tags": {"team": "shop"}, "exclude_pattern": "*-tmp", "backup_name": "abc"},
            id="tags less a pattern",
        ),
        pytest.param({**GOOD, "tables": [ARN], "regions": ["eu-west-1"]}, id="the ARN's region"),
        pytest.param(
            {**GOOD, "tables": [ARN, IN_CHINA], "regions": ["cn-north-1", "eu-west-1"]},
            id="the regions of all ARNs",
        ),
        pytest.param({**GOOD, "table_pattern": [], "tags": {}, "regions": []}, id="nothing else"),
    ],
)
def test_inputs_that_go_together_pass(inputs: dict[str, Any]) -> None:
    assert told(inputs) == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("tables", "orders", "tables must be a list of strings (got 'orders')"),
        ("tables", {"a": 1}, "tables must be a list of strings (got {'a': 1})"),
        ("tables", 7, "tables must be a list of strings (got 7)"),
        ("tables", ["orders", "ab"], "tables[1] must be at least 3 characters (got 2)"),
        ("tables", ["a" * 256], "tables[0] must be 255 characters or less (got 256)"),
        ("tables", ["my table"], f"tables[0] {NAME_FORM}"),
        ("tables", ["prod-*"], f"tables[0] {NAME_FORM}"),
        ("tables", [""], "tables[0] is required and cannot be empty"),
        ("tables", ["orders", None], "tables[1] must be a string (got None)"),
        ("tables", [["orders"]], "tables[0] must be a string (got ['orders'])"),
        ("tables", ["arn:aws:s3:::b"], f"tables[0] {ARN_FORM} (got 'arn:aws:s3:::b')"),
        ("table_pattern", "prod *", f"table_pattern {PATTERN_FORM} (got 'prod *')"),
        ("table_pattern", ["*", "a/b"], f"table_pattern[1] {PATTERN_FORM} (got 'a/b')"),
        ("table_pattern", [""], f"table_pattern[0] {PATTERN_FORM} (got '')"),
        ("table_pattern", ["*\n"], f"table_pattern[0] {PATTERN_FORM} (got '*\\n')"),
        ("table_pattern", [5], f"table_pattern[0] {PATTERN_FORM} (got 5)"),
        ("table_pattern", {"a": "*"}, f"table_pattern {PATTERN_FORM} (got {{'a': '*'}})"),
        (
            "table_pattern",
            "*" * 256,
            f"table_pattern {PATTERN_FORM} (got {ascii('*' * 256)[:60]}...)",
        ),
        ("exclude_pattern", "a|b", f"exclude_pattern {PATTERN_FORM} (got 'a|b')"),
        ("exclude_pattern", ["größe"], f"exclude_pattern[0] {PATTERN_FORM} (got 'gr\\xf6\\xdfe')"),
        ("tags", ["team"], "tags must be a mapping of tag keys to values (got ['team'])"),
        ("tags", "team=shop", "tags must be a mapping of tag keys to values (got 'team=shop')"),
        ("tags", {"": "x"}, "tags must have keys of 1 to 128 characters (got '')"),
        (
            "tags",
            {"k" * 129: "x"},
            f"tags must have keys of 1 to 128 characters (got {ascii('k' * 129)[:60]}...)",
        ),
        ("tags", {"k": 7}, "tags must have values of up to 256 characters (got 7 for 'k')"),
        ("tags", {"k": None}, "tags must have values of up to 256 characters (got None for 'k')"),
        (
            "tags",
            {"k": "v" * 257},
            "tags must have values of up to 256 characters "
            f"(got {ascii('v' * 257)[:60]}... for 'k')",
        ),
        ("tags", {str(n): "" for n in range(51)}, "tags must be 50 or fewer (got 51)"),
        ("regions", "eu-west-1", "regions must be a list of strings (got 'eu-west-1')"),
        ("regions", ["eu-west-1", "moon-1"], f"regions[1] {REGION_FORM} (got 'moon-1')"),
        ("regions", [""], f"regions[0] {REGION_FORM} (got '')"),
        ("regions", [None], f"regions[0] {REGION_FORM} (got None)"),
        ("backup_name", "ab", "backup_name must be at least 3 characters (got 2)"),
        ("backup_name", "a" * 256, "backup_name must be 255 characters or less (got 256)"),
        ("backup_name", "{tabel}", f"backup_name {NAME_FORM}"),
        ("backup_name", "{table", f"backup_name {NAME_FORM}"),
        ("backup_name", "{{table}}", f"backup_name {NAME_FORM}"),
        ("backup_name", "{TABLE}-1", f"backup_name {NAME_FORM}"),
        ("backup_name", "{table} 1", f"backup_name {NAME_FORM}"),
        ("backup_name", ["abc"], "backup_name must be a string (got ['abc'])"),
        ("backup_name_prefix", "{table}-", f"backup_name_prefix {NAME_FORM}"),
        ("backup_name_prefix", "a" * 231, "backup_name_prefix must be 230 characters or less (got 231)"),
        ("timeout", 59, "timeout must be at least 60 seconds (got 59)"),
        ("timeout", 7201, "timeout must be at most 7200 seconds (got 7201)"),
        ("timeout", math.nan, "timeout must be a whole number of seconds (got nan)"),
        ("all_or_nothing", "true", "all_or_nothing must be true or false (got 'true')"),
        ("all_or_nothing", 1, "all_or_nothing must be true or false (got 1)"),
        ("all_or_nothing", [], "all_or_nothing must be true or false (got [])"),
        ("triggers", "a", "triggers must be a mapping of names to values (got 'a')"),
        ("deletion_policy", "keep", 'deletion_policy must be "retain" or "delete" (got \'keep\')'),
        ("profile", 7, "profile must be a string (got 7)"),
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_what_breaks_a_rule_is_told_in_the_words_of_the_rule(
    key: str, value: object, reason: str
) -> None:
    assert told(beside_good(key, value)) == [(key, reason)]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        pytest.param({}, [("tables", NO_TABLES), ("backup_name", NO_NAME)], id="nothing given"),
        pytest.param(
            dict.fromkeys(INPUTS),
            [("tables", NO_TABLES), ("backup_name", NO_NAME)],
            id="None is absent",
        ),
        pytest.param(
            {"tables": [], "table_pattern": [], "tags": {}, "backup_name": "abc"},
            [("tables", NO_TABLES)],
            id="nothing in any",
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
        pytest.param(
            {**GOOD, "exclude_pattern": ["*-tmp"]},
            [
                (
                    "exclude_pattern",
                    "exclude_pattern leaves out tables that table_pattern or tags bring in; "
                    "give one of them",
                )
            ],
            id="names less a pattern",
        ),
        pytest.param(
            {"exclude_pattern": ["*-tmp"], "backup_name": "abc"},
            [
                ("tables", NO_TABLES),
                (
                    "exclude_pattern",
                    "exclude_pattern leaves out tables that table_pattern or tags bring in; "
                    "give one of them",
                ),
            ],
            id="nothing less a pattern",
        ),
        pytest.param(
            {**GOOD, "tables": ["users", ARN, IN_CHINA], "regions": ["us-east-1", "eu-west-1"]},
            [("regions", "regions leaves out 'cn-north-1', the region in tables[2]")],
            id="an ARN in none of the regions",
        ),
        pytest.param(
            {**GOOD, "tables": [ARN], "regions": ["us-east-1", "moon-1"]},
            [("regions", f"regions[1] {REGION_FORM} (got 'moon-1')")],
            id="regions that are none contradict nothing",
        ),
    ],
)
def test_inputs_that_do_not_go_together_are_told(
    inputs: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(inputs) == expected


def test_all_failures_are_reported_together() -> None:
    failures = validate_fleet(
        {
            "tables": ["a", 7],
            "table_pattern": ["/"],
            "exclude_pattern": "",
            "tags": {"": 1},
            "regions": ["moon-1"],
            "backup_name": "?",
            "backup_name_prefix": "/",
            "timeout": 1,
            "all_or_nothing": 0,
        }
    )
    assert {failure.property for failure in failures} == set(INPUTS[:7]) | {
        "timeout",
        "all_or_nothing",
    }
    assert [failure.property for failure in failures].count("tables") == 2
    assert [failure.property for failure in failures].count("tags") == 2


def test_an_empty_name_is_told_once_as_for_a_single_backup() -> None:
    single = validate({"table_name": "orders", "backup_name": ""})
    assert validate_fleet({**GOOD, "backup_name": ""}) == single


@pytest.mark.parametrize("key", INPUTS)
def test_a_value_that_is_not_known_yet_passes(key: str) -> None:
    sentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert told(beside_good(key, sentinel), frozenset({key})) == []


def test_an_unknown_value_counts_as_given() -> None:
    assert told({"backup_name": "abc"}, frozenset({"tables"})) == []
    assert told({"tags": None, "backup_name": "abc"}, frozenset({"tags"})) == []
    assert told({"tables": ["orders"]}, frozenset({"backup_name_prefix"})) == []
    assert told(GOOD, frozenset({"backup_name_prefix"})) != []
    assert told({**GOOD, "exclude_pattern": "*"}, frozenset({"table_pattern"})) == []


HOSTILE = [
    pytest.param("a\nb\r\nc", id="newlines"),
    pytest.param("\x1b[31mred\x1b[0m\x07", id="ANSI"),
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
    for wrapped in (value, [value], {"key": value}):
        for _, reason in told(beside_good(key, wrapped)):
            assert reason.isprintable()
            assert len(reason) < 400


WORDS = st.text(st.characters(exclude_categories=[]), max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FORMED = st.sampled_from(["arn:", ARN, IN_CHINA, "eu-west-1", "prod-*", "{table}-{timestamp}"])


@settings(deadline=None, max_examples=200)
@given(
    inputs=st.dictionaries(
        st.sampled_from(INPUTS), JSON | FORMED | st.lists(FORMED | JSON, max_size=3), max_size=6
    ),
    unknown=st.sets(st.sampled_from(INPUTS), max_size=3),
)
def test_any_values_are_answered_by_short_printable_reasons(
    inputs: dict[str, Any], unknown: set[str]
) -> None:
    for failure in validate_fleet(inputs, unknown):
        assert failure.property in INPUTS
        assert failure.reason.isprintable()
        assert len(failure.reason) < 400


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("prod-*", ["prod-*"]),
        (["a", "b"], ["a", "b"]),
        (("a", "b"), ["a", "b"]),
        ({"a": "b"}, [{"a": "b"}]),
        ("", [""]),
        (0, [0]),
    ],
)
def test_one_thing_and_a_list_of_it_are_the_same(value: object, expected: list[object]) -> None:
    assert listed(value) == expected


# Names of backups


MOMENT = datetime(2026, 1, 2, 4, 4, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("template", "table", "expected"),
    [
        ("{table}-1", "orders", "orders-1"),
        ("{table}-{timestamp}", "orders", "orders-20260102T030405Z"),
        ("{timestamp}-{table}-{timestamp}", "o", "20260102T030405Z-o-20260102T030405Z"),
        ("nightly", "orders", "nightly"),
        ("{table}-1", "t" * 255, "t" * 253 + "-1"),
        ("{table}", "t" * 255, "t" * 255),
        ("{table}-of-{table}", "orders", "orders-of-orders"),
        ("x" * 255 + "{table}", "orders", "x" * 255),
        ("{table}", "{timestamp}", "{timestamp}"),
    ],
    ids=lambda value: value[:30],
)
def test_a_template_is_filled_in(template: str, table: str, expected: str) -> None:
    assert filled(template, table, MOMENT, 255) == expected


@settings(deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(["{table}", "{timestamp}"]) | st.text("aZ0_.-", max_size=60), max_size=6
    ),
    table=st.integers(3, 255).map(lambda length: "t" * length),
)
def test_a_template_that_passes_gives_every_table_a_name_that_aws_takes(
    parts: list[str], table: str
) -> None:
    template = "".join(parts)
    if not told({**GOOD, "backup_name": template}):
        name = filled(template, table, MOMENT, 255)
        assert validate({"table_name": "orders", "backup_name": name}) == []


# Which tables a request means


LETTERS = "ab-."
TOKENS = st.one_of(
    st.just(("*", None)),
    st.just(("?", set(LETTERS))),
    st.sampled_from(LETTERS).map(lambda letter: (letter, {letter})),
    st.just(("[ab]", {"a", "b"})),
    st.just(("[!ab]", set(LETTERS) - {"a", "b"})),
    st.just(("[a-b]", {"a", "b"})),
)
PATTERNS = st.lists(TOKENS, min_size=1, max_size=6)
Tokens = list[tuple[str, set[str] | None]]


def fits(name: str, tokens: Tokens) -> bool:
    """Whether a name fits a pattern; None stands for any number of any characters."""
    if not tokens:
        return name == ""
    (_, letters), rest = tokens[0], tokens[1:]
    if letters is None:
        return any(fits(name[cut:], rest) for cut in range(len(name) + 1))
    return name != "" and name[0] in letters and fits(name[1:], rest)


def written(patterns: list[Tokens]) -> list[str]:
    return ["".join(text for text, _ in tokens) for tokens in patterns]


@settings(deadline=None, max_examples=300)
@given(
    name=st.text(LETTERS, max_size=6),
    wanted=st.lists(PATTERNS, max_size=3),
    excluded=st.lists(PATTERNS, max_size=2),
    tagged=st.booleans(),
)
def test_a_name_matches_as_the_shell_would_have_it(
    name: str, wanted: list[Tokens], excluded: list[Tokens], tagged: bool
) -> None:
    request = FleetRequest(
        table_pattern=written(wanted),
        exclude_pattern=written(excluded),
        tags={"team": "shop"} if tagged else {},
    )
    brought_in = any(fits(name, tokens) for tokens in wanted) or (tagged and not wanted)
    left_out = any(fits(name, tokens) for tokens in excluded)
    assert request.matches(name) == (brought_in and not left_out)
    assert request.searches == bool(wanted or tagged)


REGIONS = ["eu-west-1", "us-east-1"]
NAMES = ["orders", "users", "carts"]
REFS = st.builds(TableRef, st.sampled_from(REGIONS), st.sampled_from(NAMES))


@settings(deadline=None)
@given(
    named=st.lists(st.sampled_from(NAMES), max_size=3),
    by_arn=st.lists(REFS, max_size=3),
    table=REFS,
    regions=st.lists(st.sampled_from(REGIONS), max_size=2),
)
def test_a_table_is_named_by_its_name_in_a_region_looked_in_or_by_its_arn(
    named: list[str], by_arn: list[TableRef], table: TableRef, regions: list[str]
) -> None:
    arns = [f"arn:aws:dynamodb:{one.region}:123456789012:table/{one.table_name}" for one in by_arn]
    request = FleetRequest(tables=[*arns, *named])
    expected = (table.table_name in named and table.region in regions) or table in by_arn
    assert request.is_named(table, regions) == expected
    assert request.names == named
    assert [arn.arn for arn in request.arns] == arns


def test_what_is_named_is_never_left_out() -> None:
    request = FleetRequest(tables=["orders"], table_pattern=["*"], exclude_pattern=["*"])
    assert request.is_named(TableRef("eu-west-1", "orders"), ["eu-west-1"])
    assert not request.matches("orders")


@pytest.mark.parametrize("pattern", ["*a*a*a*a*a*a*a*a*a*a*b", "[!a]*" * 40, "?*" * 100])
def test_no_pattern_takes_long(pattern: str) -> None:
    request = FleetRequest(table_pattern=[pattern])
    assert request.matches("a" * 255) is pattern.startswith("?")


def test_the_inputs_of_a_request_are_those_that_the_rules_know() -> None:
    request = FleetRequest(
        tables=("orders", ARN),
        table_pattern=("prod-*",),
        exclude_pattern=("*-tmp",),
        tags={"team": "shop"},
        regions=("eu-west-1",),
        backup_name="{table}-1",
        timeout_seconds=60,
        all_or_nothing=True,
    )
    assert request.inputs() == {
        "tables": ["orders", ARN],
        "table_pattern": ["prod-*"],
        "exclude_pattern": ["*-tmp"],
        "tags": {"team": "shop"},
        "regions": ["eu-west-1"],
        "backup_name": "{table}-1",
        "backup_name_prefix": None,
        "timeout": 60,
        "all_or_nothing": True,
    }
    assert told(dict(request.inputs())) == []
    assert set(request.inputs()) <= set(INPUTS)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"table_pattern": "prod-*"}, []),
        ({"tags": {"team": "shop"}}, []),
        ({"tables": [ARN], "table_pattern": "prod-*"}, []),
        (
            {"tables": [ARN, "orders"], "table_pattern": "prod-*"},
            [
                (
                    "all_regions",
                    "all_regions needs table_pattern or tags: a table that is named would have to "
                    "exist in every region",
                )
            ],
        ),
        (
            {"table_pattern": "prod-*", "regions": ["eu-west-1"]},
            [("regions", "regions and all_regions exclude each other")],
        ),
    ],
)
def test_all_regions_are_for_what_is_looked_for(
    asked: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told({"backup_name": "{table}-1", "all_regions": True, **asked}) == expected


@pytest.mark.parametrize("key", ["tables", "table_pattern", "exclude_pattern", "regions"])
def test_a_string_where_a_list_belongs_is_not_taken_for_a_list_of_letters(key: str) -> None:
    """To a type checker a str is a sequence of str; its letters would be other patterns."""
    text: Any = "prod-*"
    inputs = replace(FleetRequest(tags={"team": "shop"}), **{key: text}).inputs()
    assert inputs[key] in (text, [text])
