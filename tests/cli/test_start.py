"""How the command starts: what it imports, what it needs, where its settings come from."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pulumi_ddb_backup import __version__
from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.cli.conftest import COMMAND, ELSEWHERE, Cli, Env

HIDDEN = """
import sys
sys.modules[{name!r}] = None
from pulumi_ddb_backup.cli import main
main()
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["typer", "rich", "rich.progress"])
def test_without_the_extra_it_says_what_to_install(name: str) -> None:
    ended = python(HIDDEN.format(name=name))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"ddb-backup needs {name.partition('.')[0]}, which is not installed: pip install 'pulumi-ddb-backup[cli]'\n"
    )


def test_a_list_never_imports_pulumi_and_help_not_even_boto3(cli: Cli) -> None:
    code = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(
    " ".join(sorted({"pulumi", "grpc", "boto3"}.intersection(sys.modules)))
))
from pulumi_ddb_backup.cli import main
main()
"""
    env = cli.with_({"PYTHONPATH": None})
    for arguments, imported in (("--help", ""), ("list --quiet", "boto3")):
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments.split()],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, imported)


def test_the_script_that_is_installed_is_this_command() -> None:
    (script,) = entry_points(group="console_scripts", name="ddb-backup")
    assert script.value == "pulumi_ddb_backup.cli:main"


def test_it_tells_its_version(cli: Cli) -> None:
    assert cli("--version").out == f"ddb-backup {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(cli: Cli, shell: str) -> None:
    def completed(words: str) -> str:
        env: Env = {
            "_DDB_BACKUP_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
            "_TYPER_COMPLETE_ARGS": words,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
        return cli(env=env).out

    assert "--older-than" in completed("ddb-backup sweep --old")


def test_the_completion_can_be_shown(cli: Cli) -> None:
    env: Env = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert "_DDB_BACKUP_COMPLETE=complete_bash" in cli("--show-completion", "bash", env=env).out


# Where settings come from.


@pytest.mark.parametrize(
    ("env", "option", "region"),
    [
        ({"AWS_REGION": None, "AWS_DEFAULT_REGION": REGION}, [], REGION),
        ({"AWS_REGION": REGION, "AWS_DEFAULT_REGION": ELSEWHERE}, [], REGION),
        ({"AWS_REGION": None}, ["--profile", "shop"], "eu-north-1"),
        ({"AWS_REGION": REGION}, ["--region", ELSEWHERE], ELSEWHERE),
    ],
    ids=str,
)
def test_the_region_comes_from_the_option_the_environment_or_the_profile(
    aws: Simulator, cli: Cli, env: Env, option: list[str], region: str
) -> None:
    configuration = Path(cli.env["HOME"]) / ".aws" / "config"
    configuration.parent.mkdir()
    keys = "aws_access_key_id = test\naws_secret_access_key = test"
    configuration.write_text(f"[profile shop]\nregion = eu-north-1\n{keys}\n", encoding="utf-8")
    cli("list", *option, env=env)
    assert [call.region for call in aws.calls] == [region]


NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("sso_session = ours", "Token has expired and refresh failed"),
        ("sso_start_url = http://127.0.0.1:9\nsso_region = eu-west-1", "run aws sso login"),
    ],
    ids=["sso-session", "older form"],
)
def test_a_login_that_has_expired_is_told_at_once(
    aws: Simulator, cli: Cli, session: str, words: str
) -> None:
    cache = Path(cli.env["HOME"]) / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {"accessToken": "x", "expiresAt": "2020-01-01T00:00:00Z"}
    for key in ("ours", "http://127.0.0.1:9"):
        name = f"{hashlib.sha1(key.encode()).hexdigest()}.json"
        (cache / name).write_text(json.dumps(token), encoding="utf-8")
    (cache.parent.parent / "config").write_text(
        f"[profile shop]\n{session}\nsso_account_id = 123456789012\nsso_role_name = backup\n"
        "[sso-session ours]\nsso_start_url = http://127.0.0.1:9\nsso_region = eu-west-1\n",
        encoding="utf-8",
    )
    ended = cli("backup", "orders", "--profile", "shop", code=6, env=NO_KEYS)
    assert "No usable AWS credentials were found for table 'orders'" in ended.err
    assert words in ended.err
    assert "No backup was started" in ended.err
    assert aws.calls == []


@pytest.mark.parametrize(
    ("env", "options", "sentence"),
    [
        (
            {"AWS_REGION": None},
            [],
            "no AWS region is set. Give --region, or set AWS_REGION.\n",
        ),
        (NO_KEYS, [], "Unable to locate credentials"),
        ({}, ["--profile", "nope"], "The config profile (nope) could not be found"),
        ({}, ["--endpoint-url", "http://127.0.0.1:1"], "could not be reached"),
    ],
    ids=["no-region", "no-credentials", "no-profile", "no-endpoint"],
)
def test_an_aws_that_can_not_be_called_is_told_with_what_to_set(
    aws: Simulator,
    cli: Cli,
    env: Env,
    options: list[str],
    sentence: str,
) -> None:
    ended = cli("backup", "orders", *options, code=6, env=env)
    assert ended.out == ""
    assert ended.err.count("Error: ") == 1
    assert sentence in ended.err
    assert "--profile" in ended.err or "endpoint_url" in ended.err
    assert "No backup was started" in ended.err
    assert aws.calls == []


def test_a_role_is_assumed(aws: Simulator, cli: Cli) -> None:
    cli("list", "--role-arn", "arn:aws:iam::123456789012:role/backups")
    assert [call.api for call in aws.calls] == ["AssumeRole", "ListBackups"]


def test_a_mistake_of_this_package_is_a_sentence(cli: Cli) -> None:
    code = """
from pulumi_ddb_backup.cli import looking, main
looking.find = None
main()
"""
    for shown in (None, "1"):
        ended = subprocess.run(
            [sys.executable, "-c", code, "list"],
            env=cli.with_({"DDB_BACKUP_TRACEBACK": shown}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 1
        assert ("Traceback" in ended.stderr) == (shown is not None)
        assert "TypeError" in ended.stderr


def test_the_module_is_the_command(cli: Cli) -> None:
    assert COMMAND[1:] == ("-m", "pulumi_ddb_backup.cli")
    assert "Usage: ddb-backup" in cli("--help").out
