"""The only module that makes boto3 sessions and clients. boto3 is imported when first needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib import request as urllib_request
from urllib.parse import urlsplit

from ..rules.text import sanitized, shown
from .connection import AssumedRole, Connection, CredentialSources, Network, WebIdentity
from .settings import SettingsError, region_failures

if TYPE_CHECKING:
    import boto3
    import botocore.session
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from mypy_boto3_sts import STSClient

CONNECT_TIMEOUT_SECONDS: Final = 5
READ_TIMEOUT_SECONDS: Final = 10
CALL_THREADS: Final = 16
"""Calls that can be under way at once in one process, and the connections kept for them."""

_SESSION_NAME: Final = "pulumi-ddb-backup"
_making = threading.Lock()  # boto3 sessions may not be made by two threads at once


def dynamodb_client(connection: Connection) -> DynamoDBClient:
    """A DynamoDB client for `connection`; the same one for the same connection.

    Raises:
        SettingsError: No region is set anywhere, or the one that is set is none.
    """
    with _making:
        client: DynamoDBClient = _clients(connection)("dynamodb", connection.endpoint_url)
    return client


def sts_client(connection: Connection) -> STSClient:
    """An STS client with the credentials that `dynamodb_client` uses."""
    with _making:
        client: STSClient = _clients(connection)(
            "sts", connection.sts_endpoint_url, connection.sts_region
        )
    return client


def tagging_client(connection: Connection) -> ResourceGroupsTaggingAPIClient:
    """A client of the Resource Groups Tagging API with the credentials of `dynamodb_client`."""
    with _making:
        client: ResourceGroupsTaggingAPIClient = _clients(connection)(
            "resourcegroupstaggingapi", connection.tagging_endpoint_url
        )
    return client


@lru_cache(maxsize=64)
def _clients(connection: Connection) -> Callable[..., Any]:
    """Makes the clients of one session, each once."""
    session = _session(connection)

    @cache
    def client(service: str, endpoint_url: str | None, region: str | None = None) -> Any:
        return _client(session, connection.network, service, endpoint_url, region)

    return client


def _client(
    session: boto3.Session,
    network: Network,
    service: Any,
    endpoint_url: str | None,
    region: str | None = None,
    config: Config | None = None,
    **credentials: Any,
) -> Any:
    """A client that calls through the proxy for its endpoint, if there is one."""

    def made(proxies: dict[str, str] | None) -> Any:
        own = _client_config(network, proxies)
        return session.client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            verify=network.ca_bundle,
            config=own.merge(config) if config else own,
            **credentials,
        )

    proxies = _proxies(network)
    client = made(proxies)
    host = urlsplit(client.meta.endpoint_url).netloc
    return made({}) if proxies and _is_called_directly(host, proxies) else client


def _is_called_directly(host: str, proxies: dict[str, str]) -> bool:
    bypass: Any = vars(urllib_request)["proxy_bypass_environment"]  # typeshed leaves it out
    return bool(bypass(host, proxies))


def _client_config(network: Network, proxies: dict[str, str] | None) -> Config:
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=CALL_THREADS,
        retries={"total_max_attempts": 1},  # repeating a call is decided in `retries` alone
        user_agent_extra="pulumi-ddb-backup",
        proxies=proxies,
        use_fips_endpoint=network.use_fips_endpoint or None,
        use_dualstack_endpoint=network.use_dualstack_endpoint or None,
    )


def _proxies(network: Network) -> dict[str, str] | None:
    """The proxies by scheme, and under `no` whom to call without; None leaves it to botocore."""
    given = {"http": network.http_proxy, "https": network.https_proxy, "no": network.no_proxy}
    named = {key: value for key, value in given.items() if value}
    return {**urllib_request.getproxies_environment(), **named} if named else None


def region_of(connection: Connection) -> str:
    """The region that calls through `connection` go to. Asks the environment, not AWS.

    Raises:
        SettingsError: None is set anywhere, the one that is set is none, or the profile that
            would tell can't be read.
    """
    # boto3 reads AWS_DEFAULT_REGION and the profile, the other AWS tools AWS_REGION first.
    region = connection.region or os.environ.get("AWS_REGION")
    if not region:
        from botocore.exceptions import BotoCoreError

        try:
            region = _bare_session(connection).region_name
        except BotoCoreError as error:
            raise SettingsError(sanitized(str(error))) from error
    if not region:
        raise SettingsError(
            "no AWS region is set. Give region, or set AWS_REGION, or in a stack run "
            "`pulumi config set aws:region REGION`"
        )
    for failure in region_failures(region):
        raise SettingsError(f"{failure.reason} (got {shown(region)})")
    return region


def _bare_session(connection: Connection, region: str | None = None) -> boto3.Session:
    """A session with what the connection says of credentials, less the roles to assume."""
    import boto3

    core = _core(connection.sources)
    session = boto3.Session(
        aws_access_key_id=connection.access_key,
        aws_secret_access_key=connection.secret_key,
        aws_session_token=connection.token,
        profile_name=connection.profile,
        region_name=region,
        botocore_session=core,
    )
    if connection.sources.skip_metadata:
        core.get_component("credential_provider").remove("iam-role")
    return session


def _core(sources: CredentialSources) -> botocore.session.Session:
    """botocore's part of a session, told where to look for credentials."""
    from botocore.session import get_session

    core = get_session()
    for name, value in {
        "config_file": sources.config_file,
        "credentials_file": sources.credentials_file,
        "ec2_metadata_service_endpoint": sources.metadata_endpoint,
        "ec2_metadata_service_endpoint_mode": sources.metadata_endpoint_mode,
    }.items():
        if value is not None:
            core.set_config_variable(name, value)
    return core


def _session(connection: Connection) -> boto3.Session:
    session = _bare_session(connection, region_of(connection))
    if connection.web_identity:
        session = _with_web_identity(session, connection.web_identity, connection)
    for role in connection.roles:
        session = _assuming(session, role, connection)
    return session


def _with_web_identity(
    session: boto3.Session, identity: WebIdentity, connection: Connection
) -> boto3.Session:
    """A session with the credentials of the role that a web identity token stands for."""
    from botocore.credentials import AssumeRoleWithWebIdentityCredentialFetcher

    def token() -> str:
        if identity.token_file is None:
            return str(identity.token)
        with open(identity.token_file, encoding="utf-8") as file:
            return file.read()

    fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
        client_creator=_sts_maker(session, connection),
        web_identity_token_loader=token,
        role_arn=identity.role_arn,
        extra_args=_sts_arguments(identity.arguments),
    )
    return _renewing(
        session, connection.sources, fetcher.fetch_credentials, "assume-role-with-web-identity"
    )


def _assuming(session: boto3.Session, role: AssumedRole, connection: Connection) -> boto3.Session:
    """A session with the credentials of `role`, which those of `session` may assume."""
    from botocore.credentials import AssumeRoleCredentialFetcher
    from botocore.exceptions import NoCredentialsError

    source = session.get_credentials()
    if source is None:
        raise NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=_sts_maker(session, connection),
        source_credentials=source,
        role_arn=role.role_arn,
        extra_args=_sts_arguments(role.arguments),
    )
    return _renewing(session, connection.sources, fetcher.fetch_credentials, "assume-role")


def _sts_maker(session: boto3.Session, connection: Connection) -> Callable[..., Any]:
    """Makes the STS clients that botocore's fetchers ask for."""

    def sts(service: str, **given: Any) -> Any:
        url, region = connection.sts_endpoint_url, connection.sts_region
        return _client(session, connection.network, service, url, region, **given)

    return sts


def _renewing(
    session: boto3.Session, sources: CredentialSources, fetch: Callable[[], Any], method: str
) -> boto3.Session:
    """A session whose credentials `fetch` gets, and which botocore renews before they expire."""
    import boto3
    from botocore.credentials import DeferredRefreshableCredentials

    assumed = _core(sources)
    # The one place botocore has for credentials of one's own making (seen on 1.35 and 1.44).
    renewing = DeferredRefreshableCredentials(refresh_using=fetch, method=method)
    assumed._credentials = renewing  # type: ignore[attr-defined] # the stubs leave it out
    return boto3.Session(botocore_session=assumed, region_name=session.region_name)


def _sts_arguments(pairs: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """The arguments of an STS call in its own form."""
    arguments = {"RoleSessionName": _SESSION_NAME, **dict(pairs)}
    if "PolicyArns" in arguments:
        arguments["PolicyArns"] = [dict([pair]) for pair in arguments["PolicyArns"]]
    if "Tags" in arguments:
        arguments["Tags"] = [{"Key": key, "Value": value} for key, value in arguments["Tags"]]
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in arguments.items()
    }
