"""What a prune has done, in one line, and what could not be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import PrunedTable, PruneResult, TableRef
from pulumi_ddb_backup.aws.cost.estimate import GIB
from pulumi_ddb_backup.aws.errors import AccessDeniedError, Facts, Stage
from pulumi_ddb_backup.aws.records import BackupSummary
from pulumi_ddb_backup.aws.retention.after import Applied
from pulumi_ddb_backup.aws.retention.deciding import NOT_LISTED
from pulumi_ddb_backup.aws.retention.records import Kept, Reason
from pulumi_ddb_backup.aws.retention.words import summary, troubles

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


def backup(number: int, gib: float | None = 1, region: str = "us-east-1") -> BackupSummary:
    arn = ARN.replace("us-east-1", region)
    size = None if gib is None else int(gib * GIB)
    return BackupSummary(
        f"{arn}/backup/{number:014}-0123abcd",
        f"nightly-{number}",
        "AVAILABLE",
        "USER",
        "orders",
        arn,
        region,
        backup_size_bytes=size,
    )


def kept(*backups: BackupSummary) -> list[Kept]:
    return [Kept(one, [Reason("keep_last")]) for one in backups]


def of(**said: object) -> PruneResult:
    return PruneResult([PrunedTable(TableRef("us-east-1", "orders"), **said)])  # type: ignore[arg-type] # as named


def denied(stage: Stage = Stage.DELETE) -> AccessDeniedError:
    return AccessDeniedError(stage, Facts(table_name="orders", region="us-east-1", timeout=60))


def test_what_stays_what_it_costs_and_what_went() -> None:
    stays = [backup(number, 482) for number in range(20)]
    gone = [backup(number, 467) for number in range(20, 23)]
    told = summary(of(kept=kept(*stays), expired=gone, deleted=[one.backup_arn for one in gone]))
    assert told == (
        "keeps 20 backups, 9.4 TiB, about $960 a month (estimate, us-east-1 prices of 2026-06); "
        "deleted 3, about $140 a month less"
    )


@pytest.mark.parametrize(
    ("stays", "told"),
    [
        pytest.param(
            backup(1, region="eu-west-1"),
            "keeps 1 backup, 1.0 GiB (no price for eu-west-1 known)",
            id="no price",
        ),
        pytest.param(
            backup(1, None),
            "keeps 1 backup, of unknown size",
            id="no size",
        ),
    ],
)
def test_what_is_not_known_is_said(stays: BackupSummary, told: str) -> None:
    assert summary(of(kept=kept(stays))) == told


def test_what_could_not_go_is_counted_and_told_a_line_each() -> None:
    one = backup(2)
    result = of(kept=kept(backup(1)), expired=[one], failed={one.backup_arn: denied()})
    assert summary(result).endswith("; could not delete 1")
    (line,) = troubles(result)
    assert line.startswith(f"{one.backup_arn}: ")
    assert "orders" in line


def test_a_list_that_is_not_believed_and_a_table_that_could_not_be_looked_at_are_told() -> None:
    doubtful = of(doubt=NOT_LISTED)
    assert troubles(doubtful) == [f"orders (us-east-1): nothing was deleted: {NOT_LISTED}"]
    (line,) = troubles(of(error=denied(Stage.READ)))
    assert line.startswith("orders (us-east-1): ")


def test_a_region_that_failed_is_told_once_and_not_for_each_of_its_tables() -> None:
    tables = [
        PrunedTable(TableRef("us-east-1", name), error=denied(Stage.READ)) for name in ("a", "b")
    ]
    result = replace(of(), tables=tables, errors={"us-east-1": denied(Stage.READ)})
    assert len(troubles(result)) == 1


def test_a_list_that_is_not_believed_is_a_warning_and_no_count_of_what_stays() -> None:
    applied = Applied(of(doubt=NOT_LISTED))
    assert applied.line == ""
    assert applied.warning == (
        "Retention could not delete all that has expired: orders (us-east-1): nothing was deleted: "
        f"{NOT_LISTED}"
    )


def test_what_went_well_has_no_warning() -> None:
    applied = Applied(of(kept=kept(backup(1))))
    assert applied.line.startswith("Retention: keeps 1 backup, 1.0 GiB")
    assert (applied.warning, applied.note) == ("", "")


def test_of_several_failures_the_first_is_told_and_the_rest_counted() -> None:
    failed = {one.backup_arn: denied() for one in (backup(1), backup(2), backup(3))}
    applied = Applied(of(expired=[backup(1), backup(2), backup(3)], failed=failed))
    assert applied.warning.startswith(f"Retention could not delete all that has expired: {ARN}")
    assert applied.warning.endswith(" And 2 more.")
