"""How AWS is reached: `aws:` configuration, overrides, environment, and the clients made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_ddb_backup.aws import AssumedRole, Connection, SettingsError, connection_from_config
from pulumi_ddb_backup.aws.calls.clients import dynamodb_client, sts_client
from pulumi_ddb_backup.aws.calls.connection import AccountGuard, WebIdentity
from pulumi_ddb_backup.aws.calls.rate import Api
from pulumi_ddb_backup.aws.calls.session import region_of

ROLE = "arn:aws:iam::123456789012:role/deploy"
KEYS = {"accessKey": "AKIAIOSFODNN7EXAMPLE", "secretKey": "hunter2", "token": "hunter3"}
ROLE_FORM = "role_arn must be an IAM role ARN of the form arn:aws:iam::ACCOUNT:role/NAME"


def roles(*entries: object) -> dict[str, str]:
    return {"assumeRoles": json.dumps(entries)}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({}, Connection(), id="nothing"),
        pytest.param({"region": "", "profile": "", "endpoints": ""}, Connection(), id="empty"),
        pytest.param({"region": "eu-west-1"}, Connection(region="eu-west-1"), id="region"),
        pytest.param({"profile": "prod"}, Connection(profile="prod"), id="profile"),
        pytest.param(
            KEYS,
            Connection(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="hunter2", token="hunter3"),
            id="keys",
        ),
        pytest.param(
            {"endpoints": '[{"dynamodb": "http://localhost:8000", "s3": "http://s3"}]'},
            Connection(endpoint_url="http://localhost:8000"),
            id="DynamoDB endpoint",
        ),
        pytest.param(
            {"endpoints": '[{"dynamodb": "http://d"}, {"sts": "http://s"}]'},
            Connection(endpoint_url="http://d", sts_endpoint_url="http://s"),
            id="endpoints in two entries",
        ),
        pytest.param(
            {"endpoints": '{"dynamodb": "http://d", "sts": ""}'},
            Connection(endpoint_url="http://d"),
            id="endpoints as one object",
        ),
        pytest.param(
            {"assumeRole": json.dumps({"roleArn": ROLE})},
            Connection(roles=(AssumedRole(ROLE),)),
            id="one role",
        ),
        pytest.param(
            roles({"roleArn": ROLE}, {"roleArn": f"{ROLE}2"}),
            Connection(roles=(AssumedRole(ROLE), AssumedRole(f"{ROLE}2"))),
            id="two roles, in order",
        ),
        pytest.param(
            {**roles({"roleArn": ROLE}), "assumeRole": json.dumps({"roleArn": f"{ROLE}2"})},
            Connection(roles=(AssumedRole(ROLE),)),
            id="assumeRoles goes before assumeRole",
        ),
        *(
            pytest.param(
                roles({"roleArn": ROLE, **given}),
                Connection(roles=(AssumedRole(ROLE, (argument,)),)),
                id=next(iter(given)) + " " + str(next(iter(given.values()))),
            )
            for given, argument in (
                ({"sessionName": "ci"}, ("RoleSessionName", "ci")),
                ({"externalId": "x-1"}, ("ExternalId", "x-1")),
                ({"policy": "{}"}, ("Policy", "{}")),
                ({"sourceIdentity": "me"}, ("SourceIdentity", "me")),
                ({"transitiveTagKeys": ["a", "b"]}, ("TransitiveTagKeys", ("a", "b"))),
                ({"policyArns": ["p1", "p2"]}, ("PolicyArns", (("arn", "p1"), ("arn", "p2")))),
                ({"tags": {"b": "2", "a": "1"}}, ("Tags", (("a", "1"), ("b", "2")))),
                ({"durationSeconds": 3600}, ("DurationSeconds", 3600)),
                ({"durationSeconds": "3600"}, ("DurationSeconds", 3600)),
                ({"duration": "1h30m"}, ("DurationSeconds", 5400)),
                ({"duration": "900s"}, ("DurationSeconds", 900)),
            )
        ),
    ],
)
def test_a_stacks_configuration_describes_the_connection(
    config: dict[str, str], expected: Connection
) -> None:
    connection = connection_from_config(config)
    assert connection == expected
    assert hash(connection) == hash(expected)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        pytest.param(
            {"region": "moon-1"},
            "aws:region: region must be a valid AWS region identifier (got 'moon-1')",
            id="region",
        ),
        pytest.param(
            {"accessKey": "AKIAIOSFODNN7EXAMPLE"},
            "aws:accessKey and aws:secretKey must be set together",
            id="key without secret",
        ),
        pytest.param(
            {"secretKey": "hunter2"},
            "aws:accessKey and aws:secretKey must be set together",
            id="secret without key",
        ),
        *(
            pytest.param({key: "[{"}, f"aws:{key} is not valid JSON", id=f"{key} no JSON")
            for key in (
                "endpoints",
                "assumeRole",
                "assumeRoles",
                "assumeRoleWithWebIdentity",
                "allowedAccountIds",
                "sharedConfigFiles",
            )
        ),
        *(
            pytest.param(
                {"endpoints": text},
                "aws:endpoints must be a list of objects",
                id=f"endpoints {text}",
            )
            for text in ("7", '"http://d"', '["http://d"]')
        ),
        *(
            pytest.param(
                {"endpoints": json.dumps([{service: "localhost"}])},
                f"aws:endpoints[{service}]: endpoint_url must be a URL of the form "
                "https://HOST[:PORT]",
                id=f"{service} endpoint",
            )
            for service in ("dynamodb", "sts")
        ),
        pytest.param(
            {"endpoints": '[{"dynamodb": "https://me:hunter2@d"}]'},
            "aws:endpoints[dynamodb]: endpoint_url must not hold a user name or a password",
            id="endpoint with a password",
        ),
        pytest.param(roles("x"), "aws:assumeRoles must be a list of objects", id="role no object"),
        pytest.param(
            roles({"sessionName": "ci"}),
            f"aws:assumeRoles[roleArn]: {ROLE_FORM} (got '')",
            id="role without ARN",
        ),
        pytest.param(
            roles({"roleArn": "admin"}),
            f"aws:assumeRoles[roleArn]: {ROLE_FORM} (got 'admin')",
            id="role no ARN",
        ),
        pytest.param(
            roles({"roleArn": ROLE, "durationSeconds": "soon"}),
            "aws:assumeRoles[durationSeconds] is not of its documented form",
            id="seconds that are none",
        ),
        *(
            pytest.param(
                roles({"roleArn": ROLE, key: value}),
                f"aws:assumeRoles[{key}] is not of its documented form",
                id=f"{key} {value}",
            )
            for key, value in (
                ("durationSeconds", [1]),
                ("policyArns", 5),
                ("policyArns", "arn:aws:iam::aws:policy/x"),
                ("policyArns", [["a"]]),
                ("policy", {"a": 1}),
                ("tags", "x"),
                ("tags", ["x"]),
                ("tags", {"a": ["b"]}),
                ("transitiveTagKeys", "a"),
            )
        ),
        pytest.param(
            {"endpoints": json.dumps([{"dynamodb": 5}])},
            "aws:endpoints[dynamodb]: endpoint_url must be a URL of the form https://HOST[:PORT]",
            id="endpoint that is no text",
        ),
        pytest.param(
            roles({"roleArn": ROLE, "duration": "90 minutes"}),
            "aws:assumeRoles[duration] must be of the form 1h30m (got '90 minutes')",
            id="duration",
        ),
    ],
)
def test_a_setting_that_can_not_be_used_is_told_in_one_sentence(
    config: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        connection_from_config(config)
    assert str(raised.value) == sentence


def test_rate_limits_can_be_chosen() -> None:
    chosen = connection_from_config({"rateLimits": '{"CreateBackup": 20, "ListBackups": 0.5}'})
    assert dict(chosen.rate_limits) == {Api.CREATE_BACKUP: 20.0, Api.LIST_BACKUPS: 0.5}


@pytest.mark.parametrize(
    "limits",
    ['{"CreateBackup": 0}', '{"CreateBackup": "20"}', '{"CreateTable": 5}', '{"x": {}}', "3"],
)
def test_rate_limits_that_are_none_are_told_in_one_sentence(limits: str) -> None:
    with pytest.raises(SettingsError) as raised:
        connection_from_config({"rateLimits": limits})
    assert str(raised.value).startswith("ddb-backup:rateLimits must be an object of calls a second")


FULL = Connection(
    region="eu-west-1",
    profile="prod",
    roles=(AssumedRole(ROLE),),
    endpoint_url="http://d",
    sts_endpoint_url="http://s",
    access_key="AKIAIOSFODNN7EXAMPLE",
    secret_key="hunter2",
    token="hunter3",
    web_identity=WebIdentity(ROLE),
    accounts=AccountGuard(allowed=("123456789012",)),
)


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"region": "us-east-1"}, {"region": "us-east-1"}, id="region"),
        pytest.param({"endpoint_url": "http://e"}, {"endpoint_url": "http://e"}, id="endpoint"),
        pytest.param(
            {"role_arn": f"{ROLE}2"}, {"roles": (AssumedRole(f"{ROLE}2"),)}, id="role alone"
        ),
        pytest.param(
            {"profile": "dev"},
            {
                "profile": "dev",
                "access_key": None,
                "secret_key": None,
                "token": None,
                "roles": (),
                "web_identity": None,
            },
            id="a profile takes the place of keys and roles",
        ),
        pytest.param(
            {"profile": "dev", "role_arn": f"{ROLE}2"},
            {
                "profile": "dev",
                "access_key": None,
                "secret_key": None,
                "token": None,
                "web_identity": None,
                "roles": (AssumedRole(f"{ROLE}2"),),
            },
            id="a role is assumed with the profile beside it",
        ),
    ],
)
def test_what_a_caller_names_takes_the_place_of_the_configuration(
    given: dict[str, str], changed: dict[str, Any]
) -> None:
    before = {key: getattr(FULL, key) for key in Connection.__slots__}
    assert FULL.overridden(**given) == Connection(**{**before, **changed})


def test_credentials_are_not_in_the_text_of_a_connection() -> None:
    text = repr(connection_from_config(KEYS))
    assert not [secret for secret in KEYS.values() if secret in text]


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AWS configuration file of its own, and none of this machine's AWS environment."""
    for key in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    path = tmp_path / "config"
    path.write_text("[default]\nregion = sa-east-1\n[profile prod]\nregion = eu-west-3\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


BOTH = {"AWS_REGION": "us-west-1", "AWS_DEFAULT_REGION": "us-west-2"}


@pytest.mark.parametrize(
    ("connection", "environment", "expected"),
    [
        pytest.param(Connection(region="eu-west-1", profile="prod"), BOTH, "eu-west-1", id="given"),
        pytest.param(Connection(profile="prod"), BOTH, "us-west-1", id="AWS_REGION"),
        pytest.param(
            Connection(), {"AWS_DEFAULT_REGION": "us-west-2"}, "us-west-2", id="AWS_DEFAULT_REGION"
        ),
        pytest.param(
            Connection(),
            {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-2"},
            "us-west-2",
            id="an empty AWS_REGION is none",
        ),
        pytest.param(Connection(profile="prod"), {}, "eu-west-3", id="the profile's"),
        pytest.param(Connection(), {"AWS_PROFILE": "prod"}, "eu-west-3", id="AWS_PROFILE's"),
        pytest.param(Connection(), {}, "sa-east-1", id="the default profile's"),
    ],
)
@pytest.mark.usefixtures("config_file")
def test_the_region_is_the_nearest_one_set(
    monkeypatch: pytest.MonkeyPatch,
    connection: Connection,
    environment: dict[str, str],
    expected: str,
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    assert region_of(connection) == expected


@pytest.mark.parametrize(
    ("text", "connection", "environment", "sentence"),
    [
        pytest.param(
            "",
            Connection(),
            {},
            "no AWS region is set. Give region, or set AWS_REGION, or in a stack run "
            "`pulumi config set aws:region REGION`",
            id="no region anywhere",
        ),
        pytest.param(
            "",
            Connection(profile="gone"),
            {},
            "The config profile (gone) could not be found",
            id="no such profile",
        ),
        pytest.param(
            "",
            Connection(),
            {"AWS_PROFILE": "gone"},
            "The config profile (gone) could not be found",
            id="no such AWS_PROFILE",
        ),
        pytest.param(
            "",
            Connection(),
            {"AWS_REGION": "moon-1\x1b"},
            "region must be a valid AWS region identifier (got 'moon-1\\x1b')",
            id="AWS_REGION no region",
        ),
        pytest.param(
            "[default]\nregion = moon-1\n",
            Connection(),
            {},
            "region must be a valid AWS region identifier (got 'moon-1')",
            id="the profile's no region",
        ),
    ],
)
def test_a_region_that_can_not_be_had_is_told_in_one_sentence(
    config_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    connection: Connection,
    environment: dict[str, str],
    sentence: str,
) -> None:
    config_file.write_text(text)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError) as raised:
        region_of(connection)
    assert str(raised.value) == sentence


LOCAL = Connection(
    region="eu-west-1",
    endpoint_url="http://localhost:8000",
    sts_endpoint_url="http://localhost:8001",
    access_key="AKIAIOSFODNN7EXAMPLE",
    secret_key="hunter2",
)


@pytest.mark.usefixtures("config_file")
def test_botocore_neither_repeats_a_call_nor_waits_long() -> None:
    config: Any = dynamodb_client(LOCAL).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (5, 10)


@pytest.mark.usefixtures("config_file")
def test_clients_go_where_the_connection_says_and_are_made_once() -> None:
    client = dynamodb_client(LOCAL)
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.endpoint_url == "http://localhost:8000"
    assert sts_client(LOCAL).meta.endpoint_url == "http://localhost:8001"
    assert dynamodb_client(LOCAL.overridden()) is client
    assert dynamodb_client(LOCAL.overridden(region="us-east-1")) is not client
