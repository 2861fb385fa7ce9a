"""Whose table it is: what the program says of a table, and what `check` makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pulumi_ddb_backup.aws import Connection
from pulumi_ddb_backup.stack.declared import (
    Declared,
    Place,
    ProviderRefused,
    settled_inputs,
    settled_set_inputs,
)

HERE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
THERE = "arn:aws:dynamodb:us-west-2:123456789012:table/orders"
USERS = "arn:aws:dynamodb:us-west-2:123456789012:table/users"
ROLE = "arn:aws:iam::123456789012:role/deploy"
STACK = Connection(region="eu-west-1")
PROFILED = Connection(region="eu-west-1", profile="prod")
GOVERNOR = {"name": "there", "region": "us-west-2", "others": []}


def declared(*arns: str, provider: object = None, of_tables: object = None) -> Declared:
    return Declared.of(
        {"tables": [{"arn": arn, "provider": of_tables} for arn in arns], "provider": provider}
    )


PLAIN = Place("orders")


@pytest.mark.parametrize(
    ("place", "said", "settled"),
    [
        pytest.param(PLAIN, declared(), PLAIN, id="nothing is said"),
        pytest.param(
            PLAIN, declared(THERE), Place(THERE), id="a table's ARN takes its name's place"
        ),
        pytest.param(PLAIN, declared(USERS), PLAIN, id="another table says nothing"),
        pytest.param(
            PLAIN,
            declared("arn:aws:dynamodb:ddblocal:000000000000:table/orders"),
            PLAIN,
            id="a table of DynamoDB local",
        ),
        pytest.param(
            Place("orders", region="eu-west-1"),
            declared(THERE, provider=GOVERNOR),
            Place("orders", region="eu-west-1"),
            id="a region that is given decides",
        ),
        pytest.param(
            Place("orders", profile="ops"),
            declared(THERE),
            Place("orders", region="us-west-2", profile="ops"),
            id="a profile that is given keeps the table's region",
        ),
        pytest.param(
            Place("orders", role_arn=ROLE),
            declared(provider=GOVERNOR),
            Place("orders", region="us-west-2", role_arn=ROLE),
            id="a role that is given keeps the provider's region",
        ),
        pytest.param(
            PLAIN,
            declared(THERE, of_tables={**GOVERNOR, "profile": "west"}),
            Place(THERE, profile="west"),
            id="the profile of the table's own provider",
        ),
        pytest.param(
            PLAIN,
            declared(THERE, of_tables={**GOVERNOR, "others": ["assumeRoles"]}),
            Place(THERE),
            id="an ARN needs nothing else of a provider: its account is checked",
        ),
        pytest.param(
            PLAIN,
            declared(provider={**GOVERNOR, "profile": "west"}),
            Place("orders", region="us-west-2", profile="west"),
            id="region and profile of the provider that reaches the resource",
        ),
        pytest.param(
            Place(HERE),
            declared(provider={**GOVERNOR, "profile": "west"}),
            Place(HERE, profile="west"),
            id="an ARN that is given keeps its region",
        ),
        pytest.param(
            Place(HERE, profile="ops"),
            declared(provider={**GOVERNOR, "profile": "west", "others": ["token"]}),
            Place(HERE, profile="ops"),
            id="an ARN and a profile that are given",
        ),
    ],
)
def test_what_a_program_says_is_followed(place: Place, said: Declared, settled: Place) -> None:
    assert place.settled(said, STACK) == settled


GIVE = (
    "Backups don't go through that provider: give table_name=table.arn, or say where with region, "
    "profile or role_arn"
)


@pytest.mark.parametrize(
    ("said", "stack", "sentence"),
    [
        pytest.param(
            declared(provider={**GOVERNOR, "others": ["assumeRoles", "endpoints"]}),
            STACK,
            "aws.Provider 'there' manages the table, and its assumeRoles, endpoints can't be "
            f"taken over. {GIVE}",
            id="more than region and profile",
        ),
        pytest.param(
            declared(provider={"name": "there", "others": []}),
            STACK,
            f"aws.Provider 'there' manages the table, and it names no region. {GIVE}",
            id="no region",
        ),
        pytest.param(
            declared(provider=GOVERNOR),
            PROFILED,
            "aws.Provider 'there' manages the table, and it does not use the credentials of the "
            f"stack's aws: configuration. {GIVE}",
            id="the stack's own credentials",
        ),
        pytest.param(
            declared(HERE, THERE),
            STACK,
            f"table 'orders' is declared more than once ({HERE}, {THERE}): give "
            "table_name=table.arn",
            id="two tables of the name",
        ),
    ],
)
def test_what_can_not_be_followed_is_refused(
    said: Declared, stack: Connection, sentence: str
) -> None:
    with pytest.raises(ProviderRefused) as refused:
        PLAIN.settled(said, stack)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("given", "settled"),
    [
        pytest.param({"table_name": "orders"}, {"table_name": THERE}, id="name"),
        pytest.param(
            {"table_name": "orders", "existing_backup_arn": "arn"},
            {"table_name": "orders", "existing_backup_arn": "arn"},
            id="a backup that exists",
        ),
        pytest.param({"table_name": 5}, {"table_name": 5}, id="a name that is none"),
        pytest.param({"timeout": 60}, {"timeout": 60}, id="no name"),
    ],
)
def test_the_inputs_of_a_backup_are_settled(given: dict[str, Any], settled: dict[str, Any]) -> None:
    assert settled_inputs(given, declared(THERE), STACK) == settled


@pytest.mark.parametrize(
    ("given", "said", "settled"),
    [
        pytest.param(
            {"tables": ["orders", "users", "other"]},
            declared(THERE, USERS),
            {"tables": [THERE, USERS, "other"]},
            id="names of declared tables",
        ),
        pytest.param(
            {"tables": ["orders", "orders"]},
            declared(HERE, THERE),
            {"tables": [HERE, THERE]},
            id="two tables of one name",
        ),
        pytest.param(
            {"table_pattern": "prod-*"},
            declared(provider={**GOVERNOR, "profile": "west"}),
            {"table_pattern": "prod-*", "regions": ["us-west-2"], "profile": "west"},
            id="a pattern looks where the provider does",
        ),
        pytest.param(
            {"tables": ["orders"], "tags": {"tier": "gold"}},
            declared(THERE, provider=GOVERNOR),
            {"tables": [THERE], "tags": {"tier": "gold"}, "regions": ["us-west-2"]},
            id="tags and a declared table",
        ),
        pytest.param(
            {"tables": ["orders"], "regions": ["eu-west-1"]},
            declared(THERE, provider=GOVERNOR),
            {"tables": ["orders"], "regions": ["eu-west-1"]},
            id="regions that are given decide",
        ),
        pytest.param({"tables": 7}, declared(THERE), {"tables": 7}, id="tables that are none"),
        pytest.param({}, declared(provider=GOVERNOR), {}, id="nothing"),
    ],
)
def test_the_inputs_of_a_set_are_settled(
    given: Mapping[str, Any], said: Declared, settled: Mapping[str, Any]
) -> None:
    assert settled_set_inputs(given, said, STACK) == settled


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(
            {"tables": ["orders", "users"]},
            Declared.of(
                {
                    "tables": [
                        {"arn": THERE, "provider": {**GOVERNOR, "profile": "a"}},
                        {"arn": USERS, "provider": {**GOVERNOR, "profile": "b"}},
                    ]
                }
            ),
            id="two profiles",
        ),
        pytest.param(
            {"tables": ["orders", "plain"]},
            declared(HERE, provider=GOVERNOR),
            id="a name in another region than the tables",
        ),
    ],
)
def test_tables_of_several_providers_are_refused(given: Mapping[str, Any], said: Declared) -> None:
    with pytest.raises(ProviderRefused, match="the tables belong to several providers"):
        settled_set_inputs(given, said, STACK)


def test_a_pattern_that_a_provider_governs_is_refused_in_the_words_of_a_set() -> None:
    said = declared(provider={**GOVERNOR, "others": ["assumeRoles"]})
    with pytest.raises(
        ProviderRefused, match="give their ARNs as tables, or say where with regions"
    ):
        settled_set_inputs({"tags": {"tier": "gold"}}, said, STACK)
