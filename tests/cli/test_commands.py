"""Each command: what it writes, what is in AWS then, and its exit code."""

from __future__ import annotations

import re

import pytest

from pulumi_ddb_backup.cli.failures import on_one_line
from pulumi_ddb_backup.cli.policy import ITEM_ACTIONS
from tests.aws.conftest import REGION, client, create_table
from tests.aws.fleet_tables import at_call
from tests.aws.restores import ACCOUNT, add_backup
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import ELSEWHERE, Cli, Inline, backups_in, plant, tables, take

ORDERS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
GONE = f"{ORDERS}/backup/01489602797149-73d8d5bc"
STAMP = r"\d{8}T\d{6}Z"


# backup


def test_a_backup_of_one_table_is_told_in_the_resources_words(aws: Simulator, cli: Cli) -> None:
    aws.creating_looks = 2
    ended = cli("backup", "orders")
    (arn,) = backups_in(aws)
    assert re.fullmatch(
        rf"Backup 'orders-{STAMP}' of table 'orders' is AVAILABLE, \d+ bytes, in \d+\.\ds: {arn}\n",
        ended.out,
    )
    assert re.fullmatch(rf"Backup 'orders-{STAMP}' of table 'orders' started: {arn}\n", ended.err)


def test_quiet_leaves_an_arn_for_a_variable(aws: Simulator, cli: Cli) -> None:
    aws.creating_looks = 2
    ended = cli("backup", "orders", "--quiet")
    assert (ended.out, ended.err) == (f"{backups_in(aws)[0]}\n", "")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["--name", "orders-release-42"], "orders-release-42"),
        (["--name", "{table}.before.{timestamp}"], rf"orders\.before\.{STAMP}"),
        (["--prefix", "nightly-"], rf"nightly-{STAMP}-[0-9a-f]{{8}}"),
        ([], rf"orders-{STAMP}"),
    ],
    ids=str,
)
def test_a_backup_has_the_name_that_is_asked_for(
    inline: Inline, options: list[str], name: str
) -> None:
    (backup,) = inline("backup", ORDERS, *options, "-o", "json").json["backups"]
    assert re.fullmatch(name, backup["backup_name"])


def test_patterns_are_backed_up_in_every_region_asked_for(aws: Simulator, inline: Inline) -> None:
    tables(aws, "prod-users", "prod-tmp", "dev-users")
    tables(aws, "prod-carts", "prod-tmp", region=ELSEWHERE)
    regions = ["--region", REGION, "--region", ELSEWHERE]
    told = inline("backup", "prod-*", "dev-[a-z]sers", "--exclude", "*-tmp", *regions)
    rows = [line.split() for line in told.lines]
    assert rows[0] == ["TABLE", "REGION", "STATUS", "SIZE", "SECONDS", "ARN"]
    assert [row[:3] for row in rows[1:]] == [
        ["dev-users", REGION, "AVAILABLE"],
        ["prod-users", REGION, "AVAILABLE"],
        ["prod-carts", ELSEWHERE, "AVAILABLE"],
    ]
    assert [row[-1] for row in rows[1:]] == [*sorted(backups_in(aws)), *backups_in(aws, ELSEWHERE)]
    assert told.err.splitlines()[-1].startswith("3 of 3 backups are AVAILABLE, 369 bytes, in ")


def test_tags_choose_tables_and_narrow_patterns(aws: Simulator, inline: Inline) -> None:
    dynamodb = client(aws)
    for name in ("prod-users", "dev-users"):
        arn = create_table(dynamodb, name)
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "shop"}])
    tables(aws, "prod-other")

    def backed_up(*arguments: str) -> list[str]:
        ended = inline("backup", *arguments, "--tag", "team=shop", "-o", "json")
        return [backup["table_name"] for backup in ended.json["backups"]]

    assert backed_up() == ["dev-users", "prod-users"]
    assert backed_up("prod-*") == ["prod-users"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Say which tables: TABLE, PATTERN or --tag"),
        (
            ["orders", "--tag", "a=b"],
            "--tag narrows patterns, not tables that are named (got 'orders')",
        ),
        (["--tag", "a=b", "--tag", "a=c"], "--tag must name each key once"),
        (
            ["orders", "--exclude", "x"],
            "--exclude needs PATTERN or tags: it leaves out tables that these find",
        ),
        (["orders", "--name", "abc", "--prefix", "abc"], "--name and --prefix exclude each other"),
        (["ab", "or*", "x{"], "TABLE 'x{' must contain only"),
        (["or*", "a]*("], "PATTERN must be a shell pattern"),
        (["orders", "--region", "nowhere"], "--region must be a valid AWS region identifier"),
        ([ORDERS, "--region", ELSEWHERE], f"--region leaves out '{REGION}', the region in TABLE"),
        (["orders", "--timeout", "3h"], "--timeout must be at most 7200 seconds (got 10800)"),
    ],
    ids=str,
)
def test_what_breaks_a_rule_is_told_in_options_before_aws_is_asked(
    aws: Simulator, inline: Inline, arguments: list[str], told: str
) -> None:
    ended = inline("backup", *arguments, code=2)
    assert told in ended.err
    assert aws.calls == []


def test_no_table_that_fits_is_told_with_what_was_looked_for(inline: Inline) -> None:
    ended = inline("backup", "zz-*", code=4)
    assert f"No table matches table_pattern zz-* in {REGION}" in ended.err


def test_a_table_that_fails_stops_no_other_and_each_is_told(aws: Simulator, inline: Inline) -> None:
    tables(aws, "users")
    aws.table_status["users"] = "DELETING"
    ended = inline("backup", "orders", "missing", "users", code=3)
    assert [line.split()[:3] for line in ended.lines[1:]] == [
        ["missing", REGION, "failed"],
        ["orders", REGION, "AVAILABLE"],
        ["users", REGION, "failed"],
    ]
    assert len(backups_in(aws)) == 1
    assert ended.err.splitlines()[-3:] == [
        "Error: 2 of 3 backups are not AVAILABLE:",
        f"  missing ({REGION}): Table Validation Failed: DynamoDB table 'missing' does not exist in "
        f"region '{REGION}'. AWS said: ResourceNotFoundException: Requested resource not found: "
        "Table: missing not found. No backup was started. Check the table's name, the region and "
        "the account.",
        f"  users ({REGION}): Table Validation Failed: DynamoDB table 'users' is in DELETING status, "
        "must be ACTIVE. No backup was started. A table that is being deleted can no longer be "
        "backed up.",
    ]


def test_a_table_that_a_pattern_finds_on_its_way_out_is_skipped_and_no_failure(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "prod-1", "prod-2")
    aws.table_status["prod-2"] = "DELETING"
    ended = inline("backup", "prod-*")
    assert [line.split()[:3] for line in ended.lines[1:]] == [
        ["prod-1", REGION, "AVAILABLE"],
        ["prod-2", REGION, "skipped"],
    ]
    assert f"  prod-2 ({REGION}): skipped, it is being deleted" in ended.err
    assert "1 of 1 backup is AVAILABLE, 1 skipped" in ended.err
    told = inline("backup", "prod-*", "-o", "json").json
    assert told["failed"] == []
    assert told["skipped"] == [
        {"table_name": "prod-2", "region": REGION, "reason": "it is being deleted"}
    ]


def test_with_everything_skipped_nothing_has_failed(aws: Simulator, inline: Inline) -> None:
    tables(aws, "prod-1")
    aws.table_status["prod-1"] = "DELETING"
    ended = inline("backup", "prod-*", "--quiet")
    assert (ended.out, ended.err) == ("", "")
    assert "No backup was taken: 1 skipped" in inline("backup", "prod-*").err


def not_enabled(aws: Simulator, api: str) -> None:
    words = "The security token included in the request is invalid."
    code = "UnrecognizedClientException"
    aws.fault(Fault(api, code=code, message=words, status=400, region=ELSEWHERE))


BOTH = ["--region", REGION, "--region", ELSEWHERE]


def test_a_region_that_is_not_enabled_is_named_and_the_others_are_backed_up(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "prod-1")
    not_enabled(aws, "ListTables")
    ended = inline("backup", "prod-*", *BOTH, code=6)
    assert len(backups_in(aws)) == 1
    assert f"Region '{ELSEWHERE}' may not be enabled for this account" in ended.err
    assert f"The same credentials work in {REGION}." in ended.err
    (failed,) = inline("backup", "prod-*", *BOTH, "-o", "json", code=6).json["failed"]
    assert (failed["table_name"], failed["region"]) == (None, ELSEWHERE)
    assert failed["error"]["kind"] == "RegionRefusedError"


def test_a_region_and_a_table_that_fail_are_counted_apart(aws: Simulator, inline: Inline) -> None:
    tables(aws, "prod-1")
    not_enabled(aws, "ListTables")
    aws.fault(Fault("CreateBackup", code="LimitExceededException", status=400))
    ended = inline("backup", "prod-*", *BOTH, code=3)
    assert "1 of 1 backup is not AVAILABLE, and 1 region could not be looked in:" in ended.err
    assert f"  Region {ELSEWHERE}: " in ended.err


@pytest.mark.parametrize(
    "command", [["list"], ["sweep", "--prefix", "old", "--older-than", "1d", "--yes"]], ids=str
)
def test_a_list_and_a_sweep_name_a_region_that_is_not_enabled_and_go_on(
    aws: Simulator, inline: Inline, command: list[str]
) -> None:
    arn = plant("orders", "old-1", days_ago=2)
    not_enabled(aws, "ListBackups")
    ended = inline(*command, *BOTH, code=6)
    assert any(line.endswith(arn) for line in ended.lines)
    assert f"Region '{ELSEWHERE}' may not be enabled for this account" in ended.err
    assert f"The same credentials work in {REGION}." in ended.err


def test_with_all_or_nothing_a_missing_table_means_no_backup(
    aws: Simulator, inline: Inline
) -> None:
    ended = inline("backup", "orders", "missing", "--all-or-nothing", code=4)
    assert ended.out == ""
    assert "missing 'missing' (eu-west-1)" in ended.err
    assert aws.count("CreateBackup") == 0


def test_a_timeout_tells_the_arn_and_the_command_that_goes_on(aws: Simulator, cli: Cli) -> None:
    aws.creating_seconds = 3600
    ended = cli("backup", "orders", "--timeout", "1m", "--quiet", code=5)
    (arn,) = backups_in(aws)
    assert ended.out == ""
    assert ended.err.splitlines() == [
        "Error: Backup Wait Failed: Backup creation timed out after 60s. Current status: CREATING. "
        f"Backup ARN: {arn}",
        "The backup of table 'orders' goes on in AWS.",
        f"Wait for it: ddb-backup wait {arn}",
    ]
    aws.finish_backups()
    assert arn in cli("wait", arn).out
    assert aws.count("CreateBackup") == 1


def test_a_backup_that_runs_already_is_told_with_the_command_that_waits_for_it(
    aws: Simulator, inline: Inline
) -> None:
    aws.creating_seconds = 3600
    arn = take(aws, "orders", "by-somebody-else")
    ended = inline("backup", "orders", "--profile", "", code=2)
    assert ended.err == "Error: --profile is required and cannot be empty\n"
    ended = inline("backup", "orders", "--endpoint-url", aws.url, code=3)
    assert f"Wait for that one: ddb-backup wait {arn} --endpoint-url {aws.url}\n" in ended.err
    assert backups_in(aws) == [arn]


def test_backups_that_run_already_are_waited_for_with_one_command(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "prod-carts")
    aws.creating_seconds = 3600
    arns = [take(aws, table, "by-somebody-else") for table in ("orders", "prod-carts")]
    ended = inline("backup", "orders", "prod-carts", code=3)
    steps = [line for line in ended.err.splitlines() if line.startswith("Wait for")]
    assert steps == [f"Wait for them: ddb-backup wait {' '.join(arns)}"]


def test_lines_of_a_message_do_not_run_together_in_a_row() -> None:
    told = on_one_line("It timed out. Backup ARN: arn:x\nRun it again.\nOr wait")
    assert told == "It timed out. Backup ARN: arn:x - Run it again. Or wait"
    assert on_one_line("") == ""


# wait, show


def test_several_backups_are_waited_for_and_what_fails_stops_no_other(
    aws: Simulator, cli: Cli
) -> None:
    tables(aws, "users")
    aws.creating_looks = 2
    first, last = take(aws, "orders", "one-backup"), take(aws, "users", "another")
    ended = cli("wait", first, GONE, last, first, code=4)
    assert [line.rpartition(" ")[2] for line in ended.lines] == [first, last]
    assert "1 of 3 backups is not AVAILABLE" in ended.err
    assert GONE in ended.err


def test_an_arn_that_is_none_is_told_before_any_is_waited_for(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    inline("wait", backup_arn, "orders", code=2)
    assert aws.calls == []


def test_show_tells_all_of_a_backup(inline: Inline, backup_arn: str) -> None:
    shown = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in inline("show", backup_arn).lines)
    assert shown.pop("Created").endswith("s ago)")
    assert shown == {
        "Backup": "orders-before",
        "ARN": backup_arn,
        "Status": "AVAILABLE",
        "Size": "123 bytes",
        "Table": "orders",
        "Table ARN": ORDERS,
        "Table size": "0 bytes",
        "Items": "3",
    }


def test_show_says_how_to_wait_for_what_is_not_finished(aws: Simulator, inline: Inline) -> None:
    aws.creating_seconds = 3600
    arn = take(aws, "orders", "orders-before")
    ended = inline("show", arn)
    assert "Status      CREATING" in ended.lines
    assert ended.err == f"It can't be restored yet. Wait for it: ddb-backup wait {arn}\n"


def test_show_says_that_a_backup_is_gone_and_how_to_find_others(inline: Inline) -> None:
    ended = inline("show", GONE, code=4)
    assert ended.out == ""
    assert f"Backup '{GONE}' does not exist (any more).\n" in ended.err
    assert f"What there is: ddb-backup list orders --region {REGION}\n" in ended.err


def test_a_backup_of_aws_backup_is_refused_in_words(inline: Inline) -> None:
    ended = inline("show", f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:1", code=2)
    assert ended.err.startswith("Error: ARN must be an on-demand backup of DynamoDB itself: ")


# list


@pytest.fixture
def planted(aws: Simulator) -> dict[str, str]:
    """The ARNs of backups of all kinds, by their names; the first is the oldest."""
    tables(aws, "users")
    return {
        "nightly-1": plant("users", "nightly-1", days_ago=3, size_bytes=50),
        "nightly-2": plant("orders", "nightly-2", days_ago=2, size_bytes=70),
        "release": plant("orders", "release", days_ago=1, size_bytes=60),
        "by-dynamodb": plant("orders", "by-dynamodb", type_="SYSTEM"),
        "by-aws-backup": add_backup(REGION, "orders", "by-aws-backup", "AWS_BACKUP"),
    }


def test_a_list_has_the_newest_first_with_all_that_is_asked_of_it(
    inline: Inline, planted: dict[str, str]
) -> None:
    assert [line.split() for line in inline("list").lines] == [
        ["TABLE", "NAME", "STATUS", "SIZE", "AGE", "TYPE", "ARN"],
        ["orders", "release", "AVAILABLE", "60", "bytes", "1d", "USER", planted["release"]],
        ["orders", "nightly-2", "AVAILABLE", "70", "bytes", "2d", "USER", planted["nightly-2"]],
        ["users", "nightly-1", "AVAILABLE", "50", "bytes", "3d", "USER", planted["nightly-1"]],
    ]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["orders"], ["release", "nightly-2"]),
        ([ORDERS], ["release", "nightly-2"]),
        ([ORDERS.replace(ACCOUNT, "999999999999")], []),
        (["--prefix", "nightly"], ["nightly-2", "nightly-1"]),
        (["--since", "36h"], ["release"]),
        (["--until", "36h"], ["nightly-2", "nightly-1"]),
        (["--since", "60h", "--until", "36h"], ["nightly-2"]),
        (["--since", "2020-01-31"], ["release", "nightly-2", "nightly-1"]),
        (["--type", "system"], ["by-dynamodb"]),
        (["--type", "AWS_BACKUP"], ["by-aws-backup"]),
        (["--status", "creating"], ["nightly-1"]),
        (["--status", "AVAILABLE", "--limit", "1"], ["release"]),
        (["--sort", "name"], ["nightly-1", "nightly-2", "release"]),
        (["--sort", "name", "--reverse"], ["release", "nightly-2", "nightly-1"]),
        (["--sort", "size"], ["nightly-1", "release", "nightly-2"]),
        (["--sort", "size", "--reverse", "--limit", "2"], ["nightly-2", "release"]),
        (["--sort", "age", "--reverse"], ["nightly-1", "nightly-2", "release"]),
        (["--sort", "table"], ["release", "nightly-2", "nightly-1"]),
        (["--sort", "status"], ["release", "nightly-2", "nightly-1"]),
        (["--sort", "type", "--type", "system"], ["by-dynamodb"]),
    ],
    ids=" ".join,
)
def test_a_list_has_what_is_asked_for_in_the_order_asked_for(
    aws: Simulator, inline: Inline, planted: dict[str, str], options: list[str], names: list[str]
) -> None:
    if "--status" in options:
        aws.backup_status[planted["nightly-1"]] = "CREATING"
    assert inline("list", *options, "--quiet").lines == [planted[name] for name in names]


def test_a_list_of_nothing_says_so_and_is_no_failure(inline: Inline) -> None:
    ended = inline("list")
    assert (ended.out, ended.err) == ("", "No backups found.\n")


def test_a_region_that_fails_hides_no_other(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400, region=ELSEWHERE))
    regions = ["--region", ELSEWHERE, "--region", REGION]
    ended = inline("list", *regions, code=6)
    assert ended.lines[1].endswith(backup_arn)
    assert f"dynamodb:ListBackups on the tables in region '{ELSEWHERE}'" in ended.err
    told = inline("list", *regions, "-o", "json", code=6).json
    assert [backup["backup_arn"] for backup in told["backups"]] == [backup_arn]
    assert [failure["region"] for failure in told["failed"]] == [ELSEWHERE]


# restore


def test_a_restore_brings_the_settings_along(aws: Simulator, inline: Inline) -> None:
    dynamodb = client(aws)
    dynamodb.tag_resource(ResourceArn=ORDERS, Tags=[{"Key": "team", "Value": "shop"}])
    arn = take(aws, "orders", "orders-before")
    ended = inline("restore", arn, "orders-2")
    restored = f"{ORDERS}-2"
    assert re.fullmatch(
        rf"Table 'orders-2' is ACTIVE, restored in \d+\.\ds from {arn}: {restored}", ended.lines[0]
    )
    assert ended.lines[1] == "Set as on the source table: tags"
    tags = dynamodb.list_tags_of_resource(ResourceArn=restored)["Tags"]
    assert tags == [{"Key": "team", "Value": "shop"}]


def test_what_a_restore_could_not_set_is_told(aws: Simulator, inline: Inline) -> None:
    arn = take(aws, "orders", "orders-before")
    client(aws).delete_table(TableName="orders")
    ended = inline("restore", arn, "orders-2")
    assert ended.lines[-1].startswith("NOT set, set them yourself: tags, ")
    assert "it no longer exists" in ended.err


def test_a_restore_is_made_as_the_options_say(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    options = "--billing-mode provisioned --read-capacity 5 --write-capacity 6 --without-settings"
    options += f" --region {ELSEWHERE} --encryption kms --kms-key alias/mine --no-local-indexes"
    ended = inline("restore", backup_arn, "orders-2", "-o", "json", *options.split())
    assert ended.json["table"]["region"] == ELSEWHERE
    (call,) = [call for call in aws.calls if call.api == "RestoreTableFromBackup"]
    assert call.region == ELSEWHERE
    assert call.params["BillingModeOverride"] == "PROVISIONED"
    assert call.params["ProvisionedThroughputOverride"] == {
        "ReadCapacityUnits": 5,
        "WriteCapacityUnits": 6,
    }
    assert call.params["SSESpecificationOverride"]["KMSMasterKeyId"] == "alias/mine"
    assert call.params["LocalSecondaryIndexOverride"] == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--read-capacity 5", "--read-capacity and --write-capacity go together"),
        ("--billing-mode PROVISIONED", "--read-capacity with --write-capacity is required with"),
        ("--kms-key mine", "--kms-key goes with --encryption kms"),
        (f"--region {ELSEWHERE}", "--encryption is required: the data is in region"),
        ("--local-index by-day --no-local-indexes", "exclude each other"),
        ("--timeout 3", "--timeout must be at least 60 seconds"),
    ],
)
def test_a_restore_with_options_that_do_not_fit_asks_nothing_of_aws(
    aws: Simulator, inline: Inline, backup_arn: str, options: str, told: str
) -> None:
    assert told in inline("restore", backup_arn, "orders-2", *options.split(), code=2).err
    assert aws.calls == []


def test_a_restore_that_times_out_goes_on_with_the_same_command(
    aws: Simulator, cli: Cli, backup_arn: str
) -> None:
    aws.restores.restoring_seconds = 3600
    ended = cli("restore", backup_arn, "orders-2", "--timeout", "60", code=5)
    assert f"Restored table (last status CREATING): {ORDERS}-2" in ended.err
    assert f"restore {backup_arn} orders-2 --timeout 60\n" in ended.err.split("Go on with it: ")[1]
    aws.restores.finish()
    assert cli("restore", backup_arn, "orders-2", "--timeout", "60").out.startswith("Table 'ord")
    assert aws.count("RestoreTableFromBackup") == 1


def test_a_table_that_is_only_likely_the_restore_is_told_as_that(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    assert inline("restore", backup_arn, "orders-2", "-o", "json").json["table"]["certain"] is True
    again = inline("restore", backup_arn, "orders-2")
    assert "is ACTIVE, and most likely (AWS no longer says) the restore of" in again.out
    assert "look at its items before you rely on it" in again.err
    assert inline("restore", backup_arn, "orders-2", "-o", "json").json["table"]["certain"] is False
    assert aws.count("RestoreTableFromBackup") == 1


def test_a_table_is_restored_as_it_was_at_a_moment(aws: Simulator, inline: Inline) -> None:
    recover_orders(aws)
    ended = inline("restore", "orders", "orders-2", "--at", "30m")
    assert re.fullmatch(
        rf"Table 'orders-2' is ACTIVE, restored in \d+\.\ds from {ORDERS} as of 20\S+Z: {ORDERS}-2",
        ended.lines[0],
    )
    assert "item-0" not in {
        item["id"]["S"] for item in client(aws).scan(TableName="orders")["Items"]
    }
    assert "item-0" in {item["id"]["S"] for item in client(aws).scan(TableName="orders-2")["Items"]}


def test_an_age_becomes_a_moment_in_the_command_that_goes_on(aws: Simulator, cli: Cli) -> None:
    recover_orders(aws)
    aws.restores.restoring_seconds = 3600
    ended = cli("restore", "orders", "orders-2", "--at", "30m", "--timeout", "60", code=5)
    again = ended.err.split("Go on with it: ")[1]
    assert re.search(r"restore orders orders-2 --at 20\S+Z --timeout 60\n", again)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("orders orders-2 --at soon", "must be latest, or a date such as"),
        ("orders orders-2 --at latest --latest", "--at and --latest exclude each other"),
        ("orders orders-2 --at latest --prefix x", "--at and --prefix exclude each other"),
        (f"{ORDERS}/backup/1-a orders-2 --at latest", "--at takes a table's name or ARN"),
        ("or? orders-2 --at latest", "TABLE"),
    ],
)
def test_a_moment_that_does_not_fit_asks_nothing_of_aws(
    aws: Simulator, inline: Inline, words: str, told: str
) -> None:
    assert told in inline("restore", *words.split(), code=2).err
    assert aws.calls == []


def test_a_moment_that_can_not_be_restored_is_told(aws: Simulator, inline: Inline) -> None:
    recover_orders(aws)
    ended = inline("restore", "orders", "orders-2", "--at", "1m", code=3)
    assert "the latest moment that can be restored by now is 20" in ended.err
    assert "No restore was started." in ended.err


def recover_orders(aws: Simulator) -> None:
    """`orders` had an item for an hour, and has lost it since."""
    dynamodb = client(aws)
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "item-0"}})
    aws.restores.journal.age(3600)
    dynamodb.delete_item(TableName="orders", Key={"id": {"S": "item-0"}})
    aws.restores.journal.age(600)


def test_a_table_is_never_restored_over_another(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    ended = inline("restore", backup_arn, "orders", code=3)
    assert "A table named 'orders' already exists" in ended.err
    assert aws.count("RestoreTableFromBackup") == 0


# delete


def test_backups_are_deleted_and_it_may_be_repeated(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    kept = take(aws, "orders", "kept")
    for word in ("Deleted", "Gone already"):
        ended = inline("delete", backup_arn, backup_arn, "--yes")
        assert ended.lines == [f"{word}: {backup_arn}"]
    told = inline("delete", backup_arn, kept, "--yes", "-o", "json").json
    assert told == {"deleted": [kept], "already_gone": [backup_arn], "failed": []}
    assert backups_in(aws) == []


def test_nothing_is_deleted_without_a_yes_where_nobody_can_be_asked(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    ended = inline("delete", backup_arn, code=2)
    assert ended.err == "Error: There is no terminal to ask at. To delete, add --yes\n"
    assert backups_in(aws) == [backup_arn]


def test_a_backup_is_deleted_once_it_is_not_in_use(aws: Simulator, cli: Cli) -> None:
    aws.creating_seconds = 3600
    arn = take(aws, "orders", "orders-before")
    at_call(aws, "DeleteBackup", 2, aws.finish_backups)
    assert cli("delete", arn, "--yes", "--quiet").out == f"{arn}\n"
    assert backups_in(aws) == []


def test_what_could_not_be_deleted_is_told_with_its_arn(aws: Simulator, inline: Inline) -> None:
    tables(aws, "users")
    kept, gone = take(aws, "users", "of-users"), take(aws, "orders", "of-orders")
    aws.fault(Fault("DeleteBackup", code="AccessDeniedException", status=400, table="users"))
    ended = inline("delete", gone, kept, "--yes", code=6)
    assert ended.lines == [f"Deleted: {gone}"]
    assert "1 of 2 backups is not deleted" in ended.err
    assert kept in ended.err
    assert backups_in(aws) == [kept]


# sweep


def test_a_sweep_deletes_exactly_what_matches_among_five_hundred(aws: Simulator, cli: Cli) -> None:
    not_asked_for = "eu-central-1"
    regions = (REGION, ELSEWHERE, not_asked_for)
    tables(aws, "orders", region=ELSEWHERE)
    tables(aws, "orders", region=not_asked_for)
    matching: set[str] = set()
    others: set[str] = set()
    for number in range(500):
        region = regions[number % 3]
        name = ("tf-acc-test-{}", "tf-acc-{}", "my-tf-acc-test-{}")[number % 5 % 3].format(number)
        days, type_ = (1.9, 2.1, 30)[number % 7 % 3], ("USER", "SYSTEM")[number % 11 == 0]
        arn = plant("orders", name, region=region, days_ago=days, type_=type_)
        fits = region != not_asked_for and name.startswith("tf-acc-test") and days > 2
        (matching if fits and type_ == "USER" else others).add(arn)
    assert len(matching) > 50
    command = ["sweep", "--prefix", "tf-acc-test", "--older-than", "2d"]
    command += ["--region", REGION, "--region", ELSEWHERE]

    dry = cli(*command)
    assert dry.lines[0].split()[:4] == ["TABLE", "REGION", "NAME", "STATUS"]
    assert {line.rpartition(" ")[2] for line in dry.lines[1:]} == matching
    assert f"nothing was deleted. To delete {len(matching)} backups, " in dry.err
    assert aws.count("DeleteBackup") == 0

    assert set(cli(*command, "--yes", "-o", "json").json["deleted"]) == matching
    assert {arn for region in regions for arn in backups_in(aws, region)} == others

    assert cli(*command, "--yes").out == ""
    assert aws.count("DeleteBackup") == len(matching)


def test_a_sweep_says_how_to_do_it(inline: Inline, aws: Simulator) -> None:
    arn = plant("orders", "tf-acc-test-1", days_ago=3, size_bytes=2048)
    asked = ["sweep", "--prefix", "tf-acc-test", "--older-than", "2d"]
    ended = inline(*asked)
    assert ended.err.splitlines() == [
        "This was a dry run: nothing was deleted. To delete 1 backup, 2.0 KiB:",
        f"ddb-backup {' '.join(asked)} --yes",
    ]
    assert inline(*ended.err.splitlines()[1].split()[1:], "--quiet").out == f"{arn}\n"
    assert backups_in(aws) == []
    for again in (asked, [*asked, "--yes"]):
        assert inline(*again).err == "No backup matches, and nothing was deleted.\n"


def test_what_a_sweep_could_not_delete_is_told_and_stops_no_other(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "users")
    kept = plant("users", "tf-acc-test-1", days_ago=3)
    gone = plant("orders", "tf-acc-test-2", days_ago=3)
    aws.fault(Fault("DeleteBackup", code="ValidationException", status=400, table="users"))
    ended = inline("sweep", "--prefix", "tf-", "--older-than", "1d", "--yes", code=3)
    statuses = {line.split()[-1]: line.split()[2] for line in ended.lines[1:]}
    assert statuses == {gone: "deleted", kept: "failed"}
    assert "1 of 2 backups is not deleted" in ended.err
    assert f"Backup ARN: {kept}" in ended.err
    assert backups_in(aws) == [kept]


@pytest.mark.parametrize(
    "options",
    [
        ["--older-than", "2d"],
        ["--prefix", "tf-"],
        ["--prefix", "", "--older-than", "2d"],
        ["--prefix", " ", "--older-than", "2d"],
        ["--prefix", "tf-", "--older-than", "0d"],
        ["--prefix", "tf-", "--older-than", "two days"],
    ],
    ids=" ".join,
)
def test_a_sweep_of_everything_can_not_be_asked_for(
    aws: Simulator, inline: Inline, options: list[str]
) -> None:
    inline("sweep", *options, "--yes", code=2)
    assert aws.calls == []


# iam-policy


def actions(inline: Inline, *flags: str) -> set[str]:
    statements = inline("iam-policy", *flags).json["Statement"]
    return {action for statement in statements for action in statement["Action"]}


@pytest.mark.parametrize(
    ("flags", "command"),
    [
        (["--backup"], ["backup", "orders"]),
        (["--many"], ["backup", "ord*"]),
        (["--many"], ["backup", "orders", "--all-or-nothing"]),
        (["--tags"], ["backup", "--tag", "team=shop"]),
        (["--list"], ["list"]),
        (["--check"], ["check", "ord*", "--max-age", "9d"]),
        (["--check-tags"], ["check", "--tag", "team=shop", "--max-age", "9d"]),
        (["--wait"], ["show", "ARN"]),
        (["--wait"], ["wait", "ARN"]),
        (["--wait"], ["wait", "--all"]),
        (["--latest", "--wait"], ["show", "--latest", "orders"]),
        (["--delete"], ["delete", "ARN", "--yes"]),
        (["--sweep"], ["sweep", "--prefix", "old", "--older-than", "1d", "--yes"]),
        (["--restore"], ["restore", "ARN", "orders-2", "--without-settings"]),
        (["--settings"], ["restore", "ARN", "orders-2"]),
        (["--point-in-time"], ["restore", "orders", "orders-2", "--at", "latest"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_a_policy_allows_all_that_a_command_asks_of_aws(
    aws: Simulator, inline: Inline, flags: list[str], command: list[str]
) -> None:
    dynamodb = client(aws)
    dynamodb.tag_resource(ResourceArn=ORDERS, Tags=[{"Key": "team", "Value": "shop"}])
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
    )
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    arn = plant("orders", "old-1", days_ago=2)
    aws.calls.clear()
    inline(*(arn if word == "ARN" else word for word in command))
    services = {"GetResources": "tag", "GetCallerIdentity": "sts"}
    asked = {f"{services.get(call.api, 'dynamodb')}:{call.api}" for call in aws.calls}
    allowed = actions(inline, *flags)
    assert asked <= allowed
    looks = {f"dynamodb:{api}" for api in ("ListBackups", "DescribeTable", "DescribeBackup")}
    assert allowed - asked <= {*looks, *ITEM_ACTIONS}


def test_a_policy_is_narrowed_to_tables_account_and_regions(inline: Inline) -> None:
    narrow = "--table orders --table prod-* --new-table orders-2 --account 123456789012"
    regions = "--region eu-west-1 --region cn-north-1"
    policy = inline("iam-policy", "--restore", *narrow.split(), *regions.split()).json
    assert policy["Version"] == "2012-10-17"
    resources = {one["Sid"]: one["Resource"] for one in policy["Statement"]}
    assert resources == {
        "Backups": [
            f"arn:{where}:123456789012:table/{table}/backup/*"
            for table in ("orders", "prod-*")
            for where in ("aws:dynamodb:eu-west-1", "aws-cn:dynamodb:cn-north-1")
        ],
        "RestoredTables": [
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-2",
            "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/orders-2",
        ],
    }


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("us-west-9", "aws"),  # not known yet, but of that form
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_policy_has_the_partition_of_each_region(
    inline: Inline, region: str, partition: str
) -> None:
    (tables_of, _) = inline("iam-policy", "--backup", "--region", region).json["Statement"]
    assert tables_of["Resource"] == [f"arn:{partition}:dynamodb:{region}:*:table/*"]


def test_a_policy_of_a_whole_account_says_so(inline: Inline) -> None:
    (tables_of, backups_of) = inline("iam-policy", "--backup").json["Statement"]
    assert tables_of["Resource"] == ["arn:aws:dynamodb:*:*:table/*"]
    assert backups_of["Resource"] == ["arn:aws:dynamodb:*:*:table/*/backup/*"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("", "Say what you use"),
        ("--backup --table a[b]", "--table must be a table's name or ARN"),
        ("--restore --new-table arn:aws:dynamodb:eu-west-1:123456789012:table/x", "--new-table"),
        ("--backup --account 12", "--account must be 12 digits"),
        ("--backup --region nowhere", "--region must be a valid AWS region"),
    ],
)
def test_a_policy_for_what_is_nothing_is_refused(inline: Inline, options: str, told: str) -> None:
    assert told in inline("iam-policy", *options.split(), code=2).err


def test_a_policy_that_lets_restores_go_anywhere_says_so(inline: Inline) -> None:
    assert (
        "Narrow it with --new-table" in inline("iam-policy", "--settings", "--table", "orders").err
    )
