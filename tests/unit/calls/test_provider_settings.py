"""Every setting of the `aws` provider: honoured, refused by name, or of no effect and said so."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest

from pulumi_ddb_backup.aws import Connection, SettingsError, connection_from_config
from pulumi_ddb_backup.aws.calls.clients import dynamodb_client, sts_client
from pulumi_ddb_backup.aws.calls.connection import (
    AccountGuard,
    CredentialSources,
    Network,
    WebIdentity,
)
from pulumi_ddb_backup.aws.calls.provider_settings import PROVIDER_SETTINGS, Effect, beyond_reach
from pulumi_ddb_backup.aws.calls.settings import CONFIG_KEYS

ROLE = "arn:aws:iam::123456789012:role/deploy"
OF_OLDER_VERSIONS = {"assumeRole"}
DOCS = Path(__file__).parents[3] / "docs"


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def test_the_list_is_pulumi_aws_own() -> None:
    parameters = inspect.signature(pulumi_aws.ProviderArgs.__init__).parameters
    theirs = {camel(name) for name in parameters if not name.startswith("__")}
    assert set(PROVIDER_SETTINGS) - OF_OLDER_VERSIONS == theirs


def test_the_docs_say_of_each_setting_what_becomes_of_it() -> None:
    page = (DOCS / "aws-settings.md").read_text(encoding="utf-8")
    told = {
        row.split(" | ")[0]: row
        for row in page.splitlines()
        if row.count(" | ") == 2 and "`" in row
    }
    assert set(told) == {f"| `{name}`" for name in PROVIDER_SETTINGS}
    for name, setting in PROVIDER_SETTINGS.items():
        assert f"| {setting.effect.value} |" in told[f"| `{name}`"]


def test_what_is_beyond_reach_of_a_dynamic_resource_decides_where_calls_go_or_as_whom() -> None:
    names = beyond_reach()
    assert {"assumeRoles", "accessKey", "endpoints", "allowedAccountIds", "insecure"} <= set(names)
    assert not {"region", "profile", "defaultTags", "skipRegionValidation"}.intersection(names)


def token(**given: object) -> dict[str, str]:
    return {"assumeRoleWithWebIdentity": json.dumps({"roleArn": ROLE, **given})}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            token(webIdentityToken="jwt", sessionName="ci", duration="1h"),
            Connection(
                web_identity=WebIdentity(
                    ROLE,
                    token="jwt",
                    arguments=(("DurationSeconds", 3600), ("RoleSessionName", "ci")),
                )
            ),
            id="web identity",
        ),
        pytest.param(
            {
                "assumeRoleWithWebIdentity": f'[{{"roleArn": "{ROLE}", "webIdentityTokenFile": "t"}}]'
            },
            Connection(web_identity=WebIdentity(ROLE, token_file="t")),
            id="web identity in a list, from a file",
        ),
        pytest.param({"assumeRoleWithWebIdentity": "{}"}, Connection(), id="no web identity"),
        pytest.param(
            {"allowedAccountIds": '["123456789012", 210987654321]'},
            Connection(accounts=AccountGuard(allowed=("123456789012", "210987654321"))),
            id="allowed accounts",
        ),
        pytest.param(
            {"forbiddenAccountIds": '["123456789012"]', "allowedAccountIds": "[]"},
            Connection(accounts=AccountGuard(forbidden=("123456789012",))),
            id="forbidden accounts",
        ),
        pytest.param(
            {"useFipsEndpoint": "true", "useDualstackEndpoint": "false"},
            Connection(network=Network(use_fips_endpoint=True)),
            id="FIPS",
        ),
        pytest.param(
            {"httpProxy": "http://p:1", "httpsProxy": "http://p:2", "noProxy": "a,b"},
            Connection(
                network=Network(http_proxy="http://p:1", https_proxy="http://p:2", no_proxy="a,b")
            ),
            id="proxies",
        ),
        pytest.param({"stsRegion": "us-east-1"}, Connection(sts_region="us-east-1"), id="STS"),
        pytest.param(
            {
                "ec2MetadataServiceEndpoint": "http://[::1]",
                "ec2MetadataServiceEndpointMode": "IPv6",
                "skipMetadataApiCheck": "true",
            },
            Connection(
                sources=CredentialSources(
                    metadata_endpoint="http://[::1]",
                    metadata_endpoint_mode="ipv6",
                    skip_metadata=True,
                )
            ),
            id="metadata service",
        ),
        pytest.param({"insecure": "false"}, Connection(), id="secure"),
        pytest.param(
            {name: "x" for name, one in PROVIDER_SETTINGS.items() if one.effect is Effect.NONE},
            Connection(),
            id="of no effect",
        ),
    ],
)
def test_a_setting_is_honoured(config: dict[str, str], expected: Connection) -> None:
    connection = connection_from_config(config)
    assert connection == expected
    assert hash(connection) == hash(expected)


def test_files_are_looked_for_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("config", "credentials", "ca.pem"):
        (tmp_path / name).touch()
    config = {
        "sharedConfigFiles": '["~/config"]',
        "sharedCredentialsFiles": '["~/credentials"]',
        "customCaBundle": "~/ca.pem",
    }
    connection = connection_from_config(config)
    assert connection.sources.config_file == str(tmp_path / "config")
    assert connection.sources.credentials_file == str(tmp_path / "credentials")
    assert connection.network.ca_bundle == str(tmp_path / "ca.pem")


ONE_TOKEN = (
    "aws:assumeRoleWithWebIdentity must have webIdentityToken or webIdentityTokenFile, "
    "exactly one of the two"
)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        pytest.param(
            {"insecure": "true"},
            "aws:insecure is not supported: certificates are always checked here. For an endpoint of "
            "your own, give its certificates as aws:customCaBundle",
            id="insecure",
        ),
        pytest.param(token(), ONE_TOKEN, id="no token"),
        pytest.param(token(webIdentityToken="a", webIdentityTokenFile="b"), ONE_TOKEN, id="two"),
        pytest.param(token(webIdentityToken={"a": 1}), ONE_TOKEN, id="a token that is no text"),
        pytest.param(
            {"assumeRoleWithWebIdentity": "7"},
            "aws:assumeRoleWithWebIdentity must be one object",
            id="web identity no object",
        ),
        pytest.param(
            {"assumeRoleWithWebIdentity": '{"roleArn": "admin", "webIdentityToken": "t"}'},
            "aws:assumeRoleWithWebIdentity[roleArn]: role_arn must be an IAM role ARN of the form "
            "arn:aws:iam::ACCOUNT:role/NAME (got 'admin')",
            id="web identity no ARN",
        ),
        pytest.param(
            {"stsRegion": "moon-1"},
            "aws:stsRegion: region must be a valid AWS region identifier (got 'moon-1')",
            id="STS region",
        ),
        *(
            pytest.param(
                {key: text},
                f"aws:{key} must be a list of account ids of 12 digits each (got ['{got}'])",
                id=f"{key} {text}",
            )
            for key in ("allowedAccountIds", "forbiddenAccountIds")
            for text, got in (
                ('["123"]', "123"),
                ('"prod"', "prod"),
                ("12345678901", "12345678901"),
            )
        ),
        pytest.param(
            {"allowedAccountIds": '[{"a": 1}]'},
            "aws:allowedAccountIds must be a list of strings (got [{'a': 1}])",
            id="an account that is an object",
        ),
        pytest.param(
            {"sharedConfigFiles": '["a", "b"]'},
            "aws:sharedConfigFiles must name one file here (got 2): the AWS SDK for Python reads one",
            id="two files",
        ),
        *(
            pytest.param(
                {key: text},
                f"aws:{key} names a file that does not exist: 'gone.pem'",
                id=f"{key} gone",
            )
            for key, text in (
                ("customCaBundle", "gone.pem"),
                ("sharedConfigFiles", '["gone.pem"]'),
                ("sharedCredentialsFiles", '["gone.pem"]'),
            )
        ),
        *(
            pytest.param(
                {key: "yes"}, f"aws:{key} must be true or false (got 'yes')", id=f"{key} yes"
            )
            for key in ("useFipsEndpoint", "useDualstackEndpoint", "skipMetadataApiCheck")
        ),
        pytest.param(
            {"httpsProxy": "proxy:3128"},
            "aws:httpsProxy must be a URL of the form http://HOST:PORT",
            id="a proxy that is no URL",
        ),
        pytest.param(
            {"ec2MetadataServiceEndpointMode": "IPv5"},
            "aws:ec2MetadataServiceEndpointMode must be IPv4 or IPv6 (got 'IPv5')",
            id="mode",
        ),
    ],
)
def test_a_setting_that_can_not_be_used_is_told_in_one_sentence(
    config: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        connection_from_config(config)
    assert str(raised.value) == sentence


def test_what_holds_a_secret_shows_none_of_it() -> None:
    config = {**token(webIdentityToken="hunter2"), "httpProxy": "http://me:hunter3@p:1"}
    assert "hunter" not in repr(connection_from_config(config))


@pytest.mark.parametrize(
    ("accounts", "account", "reason"),
    [
        pytest.param(AccountGuard(), "123456789012", None, id="no guard"),
        pytest.param(AccountGuard(allowed=("123456789012",)), "123456789012", None, id="listed"),
        pytest.param(
            AccountGuard(allowed=("123456789012",)),
            "210987654321",
            "aws:allowedAccountIds does not list it",
            id="not listed",
        ),
        pytest.param(
            AccountGuard(forbidden=("123456789012",)),
            "123456789012",
            "aws:forbiddenAccountIds lists it",
            id="forbidden",
        ),
        pytest.param(
            AccountGuard(forbidden=("123456789012",)), "210987654321", None, id="not forbidden"
        ),
    ],
)
def test_a_guard_rules_accounts_out(
    accounts: AccountGuard, account: str, reason: str | None
) -> None:
    assert accounts.refusal(account) == reason
    assert bool(accounts) is (accounts != AccountGuard())


KEYS: dict[str, Any] = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "s"}


@pytest.mark.parametrize(
    ("network", "url"),
    [
        pytest.param(
            Network(use_fips_endpoint=True),
            "https://dynamodb-fips.us-east-1.amazonaws.com",
            id="FIPS",
        ),
        pytest.param(
            Network(use_dualstack_endpoint=True),
            "https://dynamodb.us-east-1.api.aws",
            id="dual-stack",
        ),
        pytest.param(Network(), "https://dynamodb.us-east-1.amazonaws.com", id="neither"),
    ],
)
def test_calls_go_to_the_endpoint_that_is_set(network: Network, url: str) -> None:
    connection = Connection(region="us-east-1", network=network, **KEYS)
    assert dynamodb_client(connection).meta.endpoint_url == url


def test_sts_is_called_in_its_own_region() -> None:
    connection = Connection(region="us-east-1", sts_region="eu-west-1", **KEYS)
    assert sts_client(connection).meta.region_name == "eu-west-1"
    assert dynamodb_client(connection).meta.region_name == "us-east-1"


@pytest.mark.parametrize(
    "given",
    [
        {"profile": "ops"},
        {"access_key": "a", "secret_key": "b"},
        {"web_identity": WebIdentity(ROLE)},
    ],
)
def test_a_connection_knows_whether_it_names_an_identity(given: dict[str, Any]) -> None:
    assert Connection(**given).names_an_identity
    assert not Connection(region="eu-west-1").names_an_identity


def test_only_what_is_set_to_something_is_read() -> None:
    assert "defaultTags" not in CONFIG_KEYS
    assert connection_from_config(dict.fromkeys(CONFIG_KEYS, "")) == Connection()
