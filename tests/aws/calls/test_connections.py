"""How calls travel and as whom they are sent: each way that the `aws:` settings can say."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server, make_ssl_devcert
from werkzeug.wrappers import Request, Response

from pulumi_ddb_backup.aws import (
    AwsConnectionError,
    BackupRequest,
    Backups,
    ConfigurationError,
    Connection,
    CredentialsError,
)
from pulumi_ddb_backup.aws.calls.connection import CredentialSources, Network, WebIdentity
from tests.aws.simulator import Simulator

ORDERS = BackupRequest("orders", backup_name="orders-1")
ROLE = "arn:aws:iam::123456789012:role/deploy"
NOBODY = "http://127.0.0.1:9"


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def serving(
    application: Any, context: ssl.SSLContext | tuple[str, str] | None = None
) -> Iterator[int]:
    """Serve `application` on loopback; its port."""
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials, files or proxies but those that a test names."""
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    for key in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(key, raising=False)
        monkeypatch.delenv(key.lower(), raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)


@pytest.fixture
def taking(backups: Backups) -> Callable[[Connection], str]:
    """Takes a backup through a connection; its status."""

    def take(connection: Connection) -> str:
        return replace(backups, connection=connection).create(ORDERS).backup_status

    return take


def keys_used(aws: Simulator, api: str = "CreateBackup") -> set[str]:
    return {call.key for call in aws.calls if call.api == api}


def test_calls_go_through_the_proxy(
    aws: Simulator, connection: Connection, taking: Callable[[Connection], str]
) -> None:
    """The simulator stands in for the proxy: it answers what was meant for another host."""
    proxied = replace(
        connection,
        endpoint_url="http://dynamodb.invalid",
        network=Network(http_proxy=aws.url, no_proxy="localhost"),
    )
    assert taking(proxied) == "AVAILABLE"


def test_a_host_among_no_proxy_is_called_directly(
    connection: Connection, taking: Callable[[Connection], str]
) -> None:
    direct = replace(connection, network=Network(http_proxy=NOBODY, no_proxy="other,127.0.0.1"))
    assert taking(direct) == "AVAILABLE"


def test_no_proxy_alone_goes_before_the_environments(
    connection: Connection,
    taking: Callable[[Connection], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", NOBODY)
    own = replace(connection, access_key="own")  # clients are kept for each connection
    assert taking(replace(own, network=Network(no_proxy="127.0.0.1"))) == "AVAILABLE"
    with pytest.raises(AwsConnectionError):
        taking(own)


def test_an_endpoint_is_checked_against_the_ca_bundle(
    aws: Simulator,
    connection: Connection,
    taking: Callable[[Connection], str],
    tmp_path: Path,
) -> None:
    certificate, key = make_ssl_devcert(str(tmp_path / "own"), host="localhost")
    with serving(aws, (certificate, key)) as port:
        own = replace(connection, endpoint_url=f"https://localhost:{port}")
        with pytest.raises(ConfigurationError):
            taking(own)
        assert taking(replace(own, network=Network(ca_bundle=certificate))) == "AVAILABLE"


@pytest.mark.parametrize("from_file", [True, False], ids=["file", "text"])
def test_a_role_is_assumed_with_a_web_identity_token(
    aws: Simulator, taking: Callable[[Connection], str], tmp_path: Path, from_file: bool
) -> None:
    file = tmp_path / "token"
    file.write_text("a-web-identity-token", encoding="utf-8")
    identity = (
        WebIdentity(ROLE, token_file=str(file))
        if from_file
        else WebIdentity(ROLE, token="a-web-identity-token")
    )
    connection = Connection(
        region="eu-west-1",
        endpoint_url=aws.url,
        sts_endpoint_url=aws.url,
        web_identity=replace(identity, arguments=(("DurationSeconds", 3600),)),
    )
    assert taking(connection) == "AVAILABLE"
    (sent,) = (call for call in aws.calls if call.api == "AssumeRoleWithWebIdentity")
    assert sent.params["WebIdentityToken"] == "a-web-identity-token"
    assert sent.params["RoleArn"] == ROLE
    assert sent.params["RoleSessionName"] == "pulumi-ddb-backup"
    assert sent.params["DurationSeconds"] == "3600"
    assert sent.key == ""
    assert all(key.startswith("ASIA") for key in keys_used(aws))


def test_credentials_come_from_the_shared_file_that_is_set(
    aws: Simulator, taking: Callable[[Connection], str], tmp_path: Path
) -> None:
    credentials, config = tmp_path / "shared", tmp_path / "config"
    credentials.write_text("[ops]\naws_access_key_id = OPSKEY\naws_secret_access_key = s\n")
    config.write_text("[profile ops]\nregion = eu-west-1\n")
    connection = Connection(
        profile="ops",
        endpoint_url=aws.url,
        sources=CredentialSources(str(config), str(credentials)),
    )
    assert taking(connection) == "AVAILABLE"
    assert keys_used(aws) == {"OPSKEY"}
    assert {call.region for call in aws.calls} == {"eu-west-1"}


@Request.application
def metadata(request: Request) -> Response:
    """An EC2 instance's metadata service, with a role."""
    if request.path == "/latest/api/token":
        return Response("token", headers={"X-aws-ec2-metadata-token-ttl-seconds": "21600"})
    if request.path.endswith("/security-credentials/"):
        return Response("instance-role")
    return Response(
        json.dumps(
            {
                "Code": "Success",
                "AccessKeyId": "INSTANCEKEY",
                "SecretAccessKey": "s",
                "Token": "t",
                "Expiration": "2999-01-01T00:00:00Z",
            }
        )
    )


def test_the_role_of_an_instance_is_read_where_it_is_set_and_left_out_where_that_is(
    aws: Simulator,
    taking: Callable[[Connection], str],
) -> None:
    with serving(metadata) as port:
        sources = CredentialSources(metadata_endpoint=f"http://127.0.0.1:{port}")
        connection = Connection(region="eu-west-1", endpoint_url=aws.url, sources=sources)
        assert taking(connection) == "AVAILABLE"
        assert keys_used(aws) == {"INSTANCEKEY"}
        aws.calls.clear()
        left_out = replace(connection, sources=replace(sources, skip_metadata=True))
        with pytest.raises(CredentialsError):
            taking(left_out)
        assert aws.calls == []
