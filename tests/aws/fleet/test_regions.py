"""Several regions, of which one does not answer as the others do: it is named, and stops none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupRequest,
    Backups,
    CredentialsError,
    Fleet,
    FleetRequest,
    NoTableSelectedError,
    RegionRefusedError,
    TableRef,
)
from pulumi_ddb_backup.aws.fleet.records import by_table
from pulumi_ddb_backup.aws.rules.regions import dynamodb_regions, must_be_enabled
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import (
    ELSEWHERE,
    add_tables,
    denied,
    errors,
    names,
    of,
    once_each,
    statuses,
    taken,
)
from tests.aws.simulator import Fault, Simulator

BOTH = [REGION, ELSEWHERE]
OFF = [region for region in dynamodb_regions(REGION) if must_be_enabled(region)]
APIS = ("ListTables", "GetResources", "DescribeTable", "CreateBackup", "DescribeBackup",
        "ListBackups", "DeleteBackup")  # fmt: skip
WORDS = "The security token included in the request is invalid."


def not_enabled(aws: Simulator, region: str = "") -> None:
    """Let AWS answer as in a region that the account has not enabled; with none, everywhere."""
    for api in APIS:
        aws.fault(Fault(api, code="UnrecognizedClientException", message=WORDS, status=400,
                        region=region))  # fmt: skip


@pytest.fixture
def here(aws: Simulator) -> list[str]:
    """Tables of the region that is enabled; there are some of these names elsewhere too."""
    tables = ["shop-1", "shop-2"]
    add_tables(*tables, team="shop")
    add_tables(*tables, "shop-3", region=ELSEWHERE, team="shop")
    return tables


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(of(table_pattern="shop-*", regions=BOTH), id="a pattern"),
        pytest.param(of(tags={"team": "shop"}, regions=BOTH), id="a tag"),
    ],
)
def test_a_region_that_is_not_enabled_is_named_and_the_others_go_on(
    aws: Simulator, fleet: Fleet, here: list[str], request_: FleetRequest
) -> None:
    not_enabled(aws, ELSEWHERE)
    result = fleet.create(request_)
    assert taken(*BOTH) == once_each(here)
    assert [outcome.table for outcome in result.failed] == [TableRef(ELSEWHERE, "*")]
    (error,) = errors(result).values()
    assert isinstance(error, RegionRefusedError)
    lines = str(error).splitlines()
    assert lines[0] == (
        f"Table Validation Failed: Region '{ELSEWHERE}' may not be enabled for this account: "
        f"UnrecognizedClientException: {WORDS}"
    )
    assert lines[-1] == (
        f"The same credentials work in {REGION}. Enable region '{ELSEWHERE}' for the account, or "
        "leave it out."
    )
    report = result.report().splitlines()
    assert report[0] == "2 of 2 backups are AVAILABLE (0 creating, 0 failed)."
    assert report[1].startswith(f"  Region {ELSEWHERE}: Table Validation Failed: Region ")

    aws.forget_faults()
    again = fleet.create(request_, by_table(result.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert taken(*BOTH) == once_each(here) + once_each([*here, "shop-3"], ELSEWHERE)


def test_a_named_table_of_a_region_that_is_not_enabled_says_so(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    not_enabled(aws, ELSEWHERE)
    result = fleet.create(of("shop-1", regions=BOTH))
    first, second = result.outcomes
    assert first.record is not None
    assert f"Region '{ELSEWHERE}' may not be enabled for this account" in str(second.error)
    assert f"The same credentials work in {REGION}." in str(second.error)


def test_a_named_table_is_tried_although_its_region_can_not_be_searched(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    aws.fault(denied("ListTables", region=ELSEWHERE))
    result = fleet.create(of("shop-3", table_pattern="shop-[12]", regions=BOTH))
    assert taken(*BOTH) == once_each(here) + once_each(["shop-3"], ELSEWHERE)
    assert {outcome.table.table_name for outcome in result.failed} == {"*", "shop-3"}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="denied"),
        pytest.param({}, id="AWS's own errors"),
        pytest.param({"kind": "close_before"}, id="out of reach"),
        pytest.param({"code": "ThrottlingException", "status": 400}, id="throttled"),
    ],
)
def test_whatever_fails_in_one_region_stops_no_other(
    aws: Simulator, fleet: Fleet, here: list[str], fault: dict[str, object]
) -> None:
    aws.fault(Fault("ListTables", region=ELSEWHERE, **fault))  # type: ignore[arg-type]
    result = fleet.create(of(table_pattern="shop-*", regions=BOTH, timeout_seconds=60))
    assert [outcome.table for outcome in result.failed] == [TableRef(ELSEWHERE, "*")]
    assert "may not be enabled" not in str(result.failed[0].error)
    assert taken(*BOTH) == once_each(here)


def test_backups_of_a_region_that_can_not_be_looked_in_are_not_dropped(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    request = of(table_pattern="shop-*", regions=BOTH)
    first = fleet.create(request)
    not_enabled(aws, ELSEWHERE)
    again = fleet.create(request, by_table(first.backups))
    assert again.dropped == []
    assert len(again.backups) == 5
    assert [outcome.table for outcome in again.failed] == [TableRef(ELSEWHERE, "*")]


def test_with_all_or_nothing_a_region_that_can_not_be_looked_in_means_nothing(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    not_enabled(aws, ELSEWHERE)
    with pytest.raises(RegionRefusedError) as failed:
        fleet.create(of(table_pattern="shop-*", regions=BOTH, all_or_nothing=True))
    assert "may not be enabled for this account" in str(failed.value)
    assert "No backup was started." in str(failed.value)
    assert taken(*BOTH) == {}


def test_no_table_in_the_other_regions_tells_of_the_one_that_did_not_answer(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    not_enabled(aws, ELSEWHERE)
    with pytest.raises(RegionRefusedError):
        fleet.create(of(table_pattern="none-*", regions=BOTH))
    aws.forget_faults()
    with pytest.raises(NoTableSelectedError):
        fleet.create(of(table_pattern="none-*", regions=BOTH))


def test_refused_everywhere_it_may_be_the_credentials(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    not_enabled(aws)
    with pytest.raises(CredentialsError) as failed:
        fleet.create(of(table_pattern="shop-*", regions=BOTH))
    assert "may not be enabled for this account, or the credentials are not valid" in str(
        failed.value
    )


def test_a_single_region_says_both_that_it_may_not_be_enabled_and_the_credentials(
    aws: Simulator, backups: Backups
) -> None:
    not_enabled(aws)
    with pytest.raises(CredentialsError) as failed:
        backups.create(BackupRequest("orders", backup_name="orders-1"))
    assert str(failed.value).splitlines() == [
        "Table Validation Failed: AWS does not accept the credentials in use for table 'orders' in "
        f"region '{REGION}': UnrecognizedClientException: {WORDS}",
        "No backup was started.",
        f"Region '{REGION}' may not be enabled for this account, or the credentials are not valid: "
        "check both, then run this again.",
    ]


def test_backups_are_looked_up_and_deleted_although_one_region_does_not_answer(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    made = fleet.create(of(table_pattern="shop-*", regions=BOTH)).backups
    not_enabled(aws, ELSEWHERE)
    for outcomes in (fleet.describe(made), fleet.delete([one.backup_arn for one in made])):
        failed = [outcome for outcome in outcomes if outcome.error is not None]
        assert {outcome.table.region for outcome in failed} == {ELSEWHERE}
        assert all("may not be enabled" in str(outcome.error) for outcome in failed)
        assert len(failed) == 3
    assert set(taken(*BOTH)) == {(ELSEWHERE, name) for name in [*here, "shop-3"]}


def test_the_connections_own_region_is_no_other_region(aws: Simulator, fleet: Fleet) -> None:
    aws.fault(denied("ListTables"))
    alone = replace(fleet, connection=replace(fleet.connection, region=REGION))
    with pytest.raises(AccessDeniedError):
        alone.create(of("orders", table_pattern="*"))
    assert names(alone.create(of("orders"))) == ["orders"]


def test_of_all_regions_those_that_an_account_has_to_enable_may_be_off(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    for region in OFF:
        not_enabled(aws, region)
    result = fleet.create(of(table_pattern="shop-*", all_regions=True))
    assert result.failed == []
    assert result.regions_skipped == sorted(OFF)
    assert taken(REGION, ELSEWHERE) == once_each(here) + once_each(
        [*here, "shop-3"], region=ELSEWHERE
    )


def test_of_all_regions_one_that_is_always_on_fails_if_it_refuses_the_credentials(
    aws: Simulator, fleet: Fleet, here: list[str]
) -> None:
    not_enabled(aws, ELSEWHERE)
    result = fleet.create(of(table_pattern="shop-*", all_regions=True))
    assert [outcome.table for outcome in result.failed] == [TableRef(ELSEWHERE, "*")]
    assert result.regions_skipped == []


def test_credentials_that_no_region_takes_skip_none(aws: Simulator, fleet: Fleet) -> None:
    not_enabled(aws)
    with pytest.raises(RegionRefusedError):
        fleet.create(of(table_pattern="shop-*", all_regions=True))


def test_no_table_in_any_of_all_regions_is_no_fault_of_one_that_is_off(
    aws: Simulator, fleet: Fleet
) -> None:
    for region in OFF:
        not_enabled(aws, region)
    with pytest.raises(NoTableSelectedError):
        fleet.create(of(table_pattern="zz-*", all_regions=True))
