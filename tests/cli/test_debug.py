"""`--debug` prints every call to AWS, with names, times and codes, and never a secret."""

from __future__ import annotations

import re

import pytest

from tests.aws.conftest import REGION, client
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import Cli, Env, plant
from tests.cli.test_contract import COMMANDS, words

LINE = re.compile(
    r"\d\d:\d\d:\d\d\.\d{3} (?P<service>DynamoDB|STS|Tagging|Pricing) (?P<api>\w+) (?P<region>[\w-]+)"
    r"(?: (?P<about>\S+))?: (?P<outcome>.+) in \d+\.\d{3}s(?P<waited>, waited .* for its turn)?"
)
KEY, SECRET, TOKEN = "AKIA" + "Q" * 16, "s3cr3t/" + "k" * 33, "t0k3n//" + "v" * 40
SECRETS: Env = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": TOKEN,
}


@pytest.fixture
def arn(aws: Simulator) -> str:
    return plant("orders", "old-1", days_ago=2)


def calls(err: str) -> list[dict[str, str | None]]:
    return [found.groupdict() for line in err.splitlines() if (found := LINE.fullmatch(line))]


def test_every_call_of_a_backup_is_a_line(aws: Simulator, cli: Cli) -> None:
    ended = cli("backup", "orders", "--debug")
    told = calls(ended.err)
    assert [call["api"] for call in told] == [call.api for call in aws.calls]
    assert {(call["service"], call["region"], call["outcome"]) for call in told} == {
        ("DynamoDB", REGION, "ok")
    }
    assert (told[0]["about"], told[-1]["about"]) == ("orders", ended.out.split()[-1])


def test_a_call_that_is_sent_again_says_why_and_when(aws: Simulator, cli: Cli) -> None:
    aws.fault(Fault("DescribeTable", code="InternalServerError", status=500, times=1))
    told = cli("backup", "orders", "--debug", "--quiet").err
    assert re.search(r"DescribeTable \S+ orders: InternalServerError, HTTP 500 in ", told)
    assert re.search(
        r"orders: attempt 1 failed \(InternalServerError, HTTP 500\), next in \d\.\d\ds", told
    )


def test_a_call_that_waited_for_its_turn_says_how_long(aws: Simulator, cli: Cli) -> None:
    for number in range(5):
        plant("orders", f"old-{number}")
    arns = [line.rpartition(" ")[2] for line in cli("list").lines[1:]]
    told = calls(cli("delete", *arns, "--yes", "--debug").err)
    assert any(call["waited"] for call in told)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_secret_can_be_seen_whatever_a_command_does(
    aws: Simulator, cli: Cli, arn: str, command: str
) -> None:
    client(aws).put_item(TableName="orders", Item={"id": {"S": "an-item"}, "x": {"S": "its-data"}})
    aws.fault(
        Fault(
            {"list": "ListBackups", "sweep": "ListBackups"}.get(command, "DescribeTable"),
            code=f"Odd {KEY}",
            status=500,
            message=f"Signature={SECRET} Credential={KEY}/x",
            times=1,
        )
    )
    env = {**SECRETS, "DDB_BACKUP_DEBUG": "1"}
    role = f"arn:aws:iam::{ACCOUNT}:role/backups"
    with cli.started(*words(command, arn), "--role-arn", role, env=env) as child:
        out, err = child.communicate()
    assert calls(err)
    assert "Credentials: found in " in err
    for secret in (KEY, SECRET, TOKEN, "its-data", "Authorization", "SessionToken"):
        assert secret not in out + err


def test_without_it_no_call_is_shown(cli: Cli) -> None:
    assert calls(cli("list", env={"DDB_BACKUP_DEBUG": "0"}).err) == []
