"""What the chain of credentials says, by the real chain: files, programs and an STS on loopback."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_ddb_backup.aws import (
    AssumedRole,
    BackupError,
    BackupRequest,
    Backups,
    ConfigurationError,
    Connection,
    CredentialsError,
    Fleet,
    RestoreRequest,
    Stage,
)
from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.aws.calls.credentials import Credentials
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import of
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

ORDERS = BackupRequest("orders", backup_name="orders-1", timeout_seconds=60)
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01234567890123-abcdef12"
ROLE = "arn:aws:iam::123456789012:role/backup"
NOBODY_THERE = "http://127.0.0.1:9"  # the port of a service that nobody runs any more
KEYS = "aws_access_key_id = test\naws_secret_access_key = test\n"


@pytest.fixture(autouse=True)
def _own_files(aws: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)


@pytest.fixture
def named(aws: Simulator, tmp_path: Path) -> Connection:
    """A connection with a profile of a name that no other test has."""
    return Connection(
        region=REGION, endpoint_url=aws.url, sts_endpoint_url=aws.url, profile=tmp_path.name
    )


def configure(connection: Connection, settings: str, more: str = "") -> None:
    text = f"[profile {connection.profile}]\nregion = {REGION}\n{settings}\n{more}\n"
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(text, encoding="utf-8")


def program(folder: Path, body: str) -> str:
    """A line of configuration that names a program of that body."""
    path = folder / "helper.py"
    path.write_text(f"import json, os, sys, time\n{body}\n", encoding="utf-8")
    return f"credential_process = {shlex.join([sys.executable, str(path)])}"


CHAINS: dict[str, tuple[str, str]] = {
    # The profile, and what is told of it.
    "no program": ("credential_process = /nonexistent/helper", "/nonexistent/helper"),
    "no source profile": (f"role_arn = {ROLE}\nsource_profile = nobody", "nobody"),
    "a loop of roles": (f"role_arn = {ROLE}\nsource_profile = other", "Infinite loop"),
    "no web identity token": (
        f"role_arn = {ROLE}\nweb_identity_token_file = /nonexistent/token",
        "/nonexistent/token",
    ),
    "MFA without a terminal": (
        f"role_arn = {ROLE}\nsource_profile = keys\nmfa_serial = arn:aws:iam::123456789012:mfa/me",
        "there is no terminal to type it on",
    ),
    "SSO without a login": (
        "sso_session = ours\nsso_account_id = 123456789012\nsso_role_name = backup",
        "Token for ours does not exist",
    ),
    "nothing at all": ("", "Unable to locate credentials"),
}
MORE = f"""
[profile other]
role_arn = {ROLE}
source_profile = {{profile}}
[profile keys]
{KEYS}
[sso-session ours]
sso_start_url = {NOBODY_THERE}
sso_region = {REGION}
"""
PROGRAMS: dict[str, tuple[str, str]] = {
    "exit 1": (
        "sys.exit('the session of AKIAIOSFODNN7EXAMPLE has expired, log in again')",
        "log in again",
    ),
    "broken JSON": ("print('{')", "can't be read"),
    "no key": ("print(json.dumps({'Version': 1}))", "Missing required key"),
    "another version": ("print(json.dumps({'Version': 7}))", "supported versions: 1"),
    "no text": ("sys.stdout.buffer.write(bytes([0xff]))", "can't be read"),
}


def assert_told(error: CredentialsError, aws: Simulator, words: str) -> None:
    message = str(error)
    assert words in message
    assert "No usable AWS credentials were found for" in message
    for untrue in ("could not be reached", "'*'", "AKIA", "Traceback"):
        assert untrue not in message
    assert aws.calls == []


@pytest.mark.parametrize(("profile", "words"), CHAINS.values(), ids=CHAINS)
def test_what_the_chain_says_is_told_at_once(
    aws: Simulator,
    backups: Backups,
    named: Connection,
    clock: SimulatedClock,
    profile: str,
    words: str,
) -> None:
    configure(named, profile, MORE.format(profile=named.profile))
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=named).create(ORDERS)
    assert_told(failed.value, aws, words)
    assert failed.value.stage is Stage.TABLE
    assert "No backup was started." in str(failed.value)
    assert clock.slept == []


@pytest.mark.parametrize(("body", "words"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_a_program_says_is_told_at_once(
    aws: Simulator,
    backups: Backups,
    named: Connection,
    clock: SimulatedClock,
    tmp_path: Path,
    body: str,
    words: str,
) -> None:
    configure(named, program(tmp_path, body))
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=named).create(ORDERS)
    assert_told(failed.value, aws, words)
    assert clock.slept == []


@pytest.mark.parametrize("region", [REGION, None])
def test_a_profile_that_does_not_exist_is_told_wherever_the_region_comes_from(
    aws: Simulator, backups: Backups, named: Connection, region: str | None
) -> None:
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=replace(named, region=region)).create(ORDERS)
    assert_told(failed.value, aws, str(named.profile))


def test_a_file_that_is_no_configuration_is_told(
    aws: Simulator, backups: Backups, named: Connection
) -> None:
    path = Path(os.environ["AWS_CONFIG_FILE"])
    path.write_text("[profile", encoding="utf-8")
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=named).create(ORDERS)
    assert_told(failed.value, aws, "Unable to parse config file")


def test_metadata_of_an_instance_that_is_out_of_reach_are_no_credentials(
    aws: Simulator, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", NOBODY_THERE)
    anonymous = Connection(region="eu-west-3", endpoint_url=aws.url)
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=anonymous).create(ORDERS)
    assert_told(failed.value, aws, "Unable to locate credentials")


def test_an_endpoint_that_is_none_is_told_as_a_setting(
    backups: Backups, named: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(named, KEYS)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "nonsense")
    here = replace(named, endpoint_url=None, sts_endpoint_url=None)
    with pytest.raises(ConfigurationError) as failed:
        replace(backups, connection=here).describe(ARN)
    assert "nonsense" in str(failed.value)


def test_an_endpoint_of_sts_that_is_none_is_no_matter_where_nothing_asks_sts(
    backups: Backups, named: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(named, KEYS)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "nonsense")
    here = replace(named, sts_endpoint_url=None)
    assert replace(backups, connection=here).describe(ARN) is None


FACES: dict[str, Callable[[Backups, Fleet], Any]] = {
    "create": lambda backups, _: backups.create(ORDERS),
    "resume": lambda backups, _: backups.resume(ARN),
    "describe": lambda backups, _: backups.describe(ARN),
    "delete": lambda backups, _: backups.delete(ARN),
    "find": lambda backups, _: backups.find("orders"),
    "find all": lambda backups, _: backups.find(),
    "restore": lambda backups, _: backups.restore(RestoreRequest("orders-2", ARN)),
    "pattern": lambda _, fleet: fleet.create(of(table_pattern="*")),
    "tags": lambda _, fleet: fleet.create(of(tags={"team": "shop"})),
    "all or nothing": lambda _, fleet: fleet.create(of("orders", all_or_nothing=True)),
}


@pytest.mark.parametrize("face", FACES)
def test_every_operation_tells_of_credentials_and_of_no_table_that_nobody_named(
    aws: Simulator, backups: Backups, fleet: Fleet, named: Connection, face: str
) -> None:
    configure(named, "credential_process = /nonexistent/helper")
    with pytest.raises(CredentialsError) as failed:
        FACES[face](replace(backups, connection=named), replace(fleet, connection=named))
    assert_told(failed.value, aws, "/nonexistent/helper")


def test_each_table_of_a_fleet_has_its_own_account_of_it(
    aws: Simulator, fleet: Fleet, named: Connection
) -> None:
    configure(named, "credential_process = /nonexistent/helper")
    result = replace(fleet, connection=named).create(of("orders", "others"))
    assert len(result.failed) == 2
    for outcome in result.failed:
        assert isinstance(outcome.error, CredentialsError)
        assert_told(outcome.error, aws, f"for table '{outcome.table.table_name}'")


# Credentials that STS gives


def by_profile(named: Connection) -> Connection:
    configure(named, f"role_arn = {ROLE}\nsource_profile = keys", f"[profile keys]\n{KEYS}")
    return named


def by_roles(named: Connection) -> Connection:
    role = AssumedRole(ROLE, (("ExternalId", str(named.profile)),))
    return replace(named, profile=None, access_key="test", secret_key="test", roles=(role,))


Assuming = Callable[[Connection], Connection]
assuming = pytest.mark.parametrize("assumed", [by_profile, by_roles])


@assuming
def test_a_role_is_assumed_once_for_all_regions(
    aws: Simulator, backups: Backups, named: Connection, assumed: Assuming
) -> None:
    for region in ("eu-west-1", "us-east-1", "ap-south-1"):
        Backups(assumed(replace(named, region=region)), clock=backups.clock).find()
    calls = [(call.api, call.region) for call in aws.calls]
    assert calls == [
        ("AssumeRole", "eu-west-1"),
        ("ListBackups", "eu-west-1"),
        ("ListBackups", "us-east-1"),
        ("ListBackups", "ap-south-1"),
    ]


@assuming
def test_a_role_that_is_refused_is_told_in_the_words_of_sts(
    aws: Simulator, backups: Backups, named: Connection, assumed: Assuming
) -> None:
    aws.fault(Fault("AssumeRole", code="AccessDenied", message="not yours", status=403))
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=assumed(named)).create(ORDERS)
    assert "the role can't be assumed, AccessDenied: not yours" in str(failed.value)
    assert "No backup was started." in str(failed.value)
    assert [call.api for call in aws.calls] == ["AssumeRole"]


@assuming
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "close_before"},
        {"kind": "error", "status": 503, "code": "ServiceUnavailable"},
        {"kind": "error", "status": 400, "code": "Throttling"},
    ],
    ids=["closed", "503", "throttled"],
)
def test_what_passes_by_at_sts_is_outlasted(
    aws: Simulator, backups: Backups, named: Connection, assumed: Assuming, fault: dict[str, Any]
) -> None:
    aws.fault(Fault("AssumeRole", **fault, times=3))
    record = replace(backups, connection=assumed(named)).create(ORDERS)
    assert record.backup_status == "AVAILABLE"
    assert (aws.count("AssumeRole"), aws.count("CreateBackup")) == (4, 1)


@assuming
def test_an_sts_that_stays_away_is_told_as_no_credentials(
    aws: Simulator, backups: Backups, named: Connection, assumed: Assuming
) -> None:
    aws.fault(Fault("AssumeRole", kind="close_before"))
    with pytest.raises(CredentialsError) as failed:
        replace(backups, connection=assumed(named)).create(ORDERS)
    assert "AWS credentials for table 'orders' could not be fetched" in str(failed.value)
    assert "No backup was started." in str(failed.value)
    assert {call.api for call in aws.calls} == {"AssumeRole"}
    assert len(aws.calls) == 4


# Credentials that take their time, or do not last


def test_a_program_that_takes_long_is_run_once_and_waited_for(
    named: Connection, tmp_path: Path
) -> None:
    ready, runs = tmp_path / "ready", tmp_path / "runs"
    given = {"Version": 1, "AccessKeyId": "test", "SecretAccessKey": "test"}
    configure(
        named,
        program(
            tmp_path,
            f"open({str(runs)!r}, 'a').write('x')\n"
            f"while not os.path.exists({str(ready)!r}): time.sleep(0.01)\n"
            f"print(json.dumps({given}))",
        ),
    )
    credentials = Credentials(named)

    async def ask() -> None:
        for _ in range(3):
            with pytest.raises(AwsFailure) as late:
                await credentials.at_hand("dynamodb:DescribeTable", 0.01)
            assert late.value.code == "CredentialsLate"
        ready.touch()
        await credentials.at_hand("dynamodb:DescribeTable", 60)

    asyncio.run(ask())
    assert runs.read_text(encoding="utf-8") == "x"


def test_credentials_that_end_during_the_wait_keep_the_arn_and_new_ones_go_on(
    aws: Simulator, backups: Backups, named: Connection, tmp_path: Path
) -> None:
    ended = tmp_path / "ended"
    given = {
        "Version": 1,
        "AccessKeyId": "test",
        "SecretAccessKey": "test",
        "SessionToken": "test",
        "Expiration": "EXPIRES",
    }
    configure(
        named,
        program(
            tmp_path,
            "from datetime import datetime, timedelta, timezone\n"
            f"if os.path.exists({str(ended)!r}): sys.exit('log in again')\n"
            "soon = datetime.now(timezone.utc) + timedelta(minutes=1)\n"
            f"print(json.dumps({given}).replace('EXPIRES', soon.isoformat()))",
        ),
    )
    aws.creating_seconds = 30
    aws.when("CreateBackup", ended.touch)
    mine = replace(backups, connection=named)
    with pytest.raises(CredentialsError) as failed:
        mine.create(ORDERS)
    error: BackupError = failed.value
    assert error.stage is Stage.WAIT
    assert "log in again" in str(error)
    assert error.unfinished is not None
    ended.unlink()
    assert mine.resume(error.unfinished.backup_arn).backup_status == "AVAILABLE"
    assert aws.count("CreateBackup") == 1
