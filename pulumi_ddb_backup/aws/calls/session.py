"""The only module that makes boto3 sessions and clients. boto3 is imported when first needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from ..rules.text import sanitized, shown
from .settings import AssumedRole, Connection, SettingsError, region_failures

if TYPE_CHECKING:
    import boto3
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
        client: STSClient = _clients(connection)("sts", connection.sts_endpoint_url)
    return client


def tagging_client(connection: Connection) -> ResourceGroupsTaggingAPIClient:
    """A client of the Resource Groups Tagging API with the credentials of `dynamodb_client`."""
    with _making:
        client: ResourceGroupsTaggingAPIClient = _clients(connection)(
            "resourcegroupstaggingapi", connection.tagging_endpoint_url
        )
    return client


@lru_cache(maxsize=64)
def _clients(connection: Connection) -> Callable[[str, str | None], Any]:
    """Makes the clients of one session, each once."""
    session = _session(connection)

    @cache
    def client(service: Any, endpoint_url: str | None) -> Any:
        return session.client(service, endpoint_url=endpoint_url, config=_client_config())

    return client


def _client_config() -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=CALL_THREADS,
        retries={"total_max_attempts": 1},  # repeating a call is decided in `retries` alone
        user_agent_extra="pulumi-ddb-backup",
    )


def region_of(connection: Connection) -> str:
    """The region that calls through `connection` go to. Asks the environment, not AWS.

    Raises:
        SettingsError: None is set anywhere, the one that is set is none, or the profile that
            would tell can't be read.
    """
    # boto3 reads AWS_DEFAULT_REGION and the profile, the other AWS tools AWS_REGION first.
    region = connection.region or os.environ.get("AWS_REGION")
    if not region:
        import boto3
        from botocore.exceptions import BotoCoreError

        try:
            region = boto3.Session(profile_name=connection.profile).region_name
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


def _session(connection: Connection) -> boto3.Session:
    import boto3

    session = boto3.Session(
        aws_access_key_id=connection.access_key,
        aws_secret_access_key=connection.secret_key,
        aws_session_token=connection.token,
        profile_name=connection.profile,
        region_name=region_of(connection),
    )
    for role in connection.roles:
        session = _assuming(session, role, connection.sts_endpoint_url)
    return session


def _assuming(
    session: boto3.Session, role: AssumedRole, sts_endpoint_url: str | None
) -> boto3.Session:
    """A session whose credentials are those of `role`, renewed by botocore before they expire."""
    import boto3
    import botocore.session
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.exceptions import NoCredentialsError

    source = session.get_credentials()
    if source is None:
        raise NoCredentialsError

    def sts(_service: str, **credentials: Any) -> STSClient:
        return session.client(
            "sts", endpoint_url=sts_endpoint_url, config=_client_config(), **credentials
        )

    fetcher = AssumeRoleCredentialFetcher(
        client_creator=sts,
        source_credentials=source,
        role_arn=role.role_arn,
        extra_args={"RoleSessionName": _SESSION_NAME, **_aws_arguments(role)},
    )
    assumed = botocore.session.get_session()
    # The one place botocore has for credentials of one's own making (seen on 1.35 and 1.44).
    renewing = DeferredRefreshableCredentials(
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    assumed._credentials = renewing  # type: ignore[attr-defined] # the stubs leave it out
    return boto3.Session(botocore_session=assumed, region_name=session.region_name)


def _aws_arguments(role: AssumedRole) -> dict[str, Any]:
    arguments = dict(role.arguments)
    if "PolicyArns" in arguments:
        arguments["PolicyArns"] = [dict([pair]) for pair in arguments["PolicyArns"]]
    if "Tags" in arguments:
        arguments["Tags"] = [{"Key": key, "Value": value} for key, value in arguments["Tags"]]
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in arguments.items()
    }
