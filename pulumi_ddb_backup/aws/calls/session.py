"""The only module that makes boto3 sessions and clients. boto3 is imported when first needed."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ..._process import Shared
from ..rules.text import sanitized, shown
from .credentials import prepare
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


def dynamodb_client(connection: Connection) -> DynamoDBClient:
    """A DynamoDB client for `connection`; the same one for the same connection.

    Raises:
        SettingsError: No region is set anywhere, or the one that is set is none.
    """
    client: DynamoDBClient = _clients(connection).client("dynamodb", connection.endpoint_url)
    return client


def sts_client(connection: Connection) -> STSClient:
    """An STS client with the credentials that `dynamodb_client` uses."""
    client: STSClient = _clients(connection).client("sts", connection.sts_endpoint_url)
    return client


def tagging_client(connection: Connection) -> ResourceGroupsTaggingAPIClient:
    """A client of the Resource Groups Tagging API with the credentials of `dynamodb_client`."""
    client: ResourceGroupsTaggingAPIClient = _clients(connection).client(
        "resourcegroupstaggingapi", connection.tagging_endpoint_url
    )
    return client


def warm_up(connection: Connection) -> None:
    """Load what a DynamoDB client takes, and ask for no credentials.

    It takes a good part of a second that is no part of an operation's time.
    """
    _clients(connection).warm_up()


def get_credentials(connection: Connection) -> bool:
    """Have the credentials of `connection` at hand, renewed if they are about to expire.

    This is where a profile's program runs, a role is assumed and an MFA code is asked for.

    Returns:
        Whether they never expire, so that nobody has to ask again.

    Raises:
        Exception: Whatever botocore's chain of credentials, or a program it runs, has raised.
    """
    return _clients(connection).get_credentials()


class _Clients:
    """The clients of one session, each made once and by one thread at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._making = threading.Lock()  # nothing of a boto3 session may be made by two threads
        self._session: boto3.Session | None = None
        self._made: dict[tuple[str, str | None], Any] = {}

    def client(self, service: Any, endpoint_url: str | None) -> Any:
        made = self._made.get((service, endpoint_url))
        if made is not None:
            return made  # a call that is about to be sent waits for no renewal of credentials
        with self._making:
            if (service, endpoint_url) not in self._made:
                session, config = self._opened(), _client_config()
                try:
                    made = session.client(service, endpoint_url=endpoint_url, config=config)
                except ValueError as error:
                    raise SettingsError(sanitized(str(error))) from error
                self._made[service, endpoint_url] = made
            return self._made[service, endpoint_url]

    def warm_up(self) -> None:
        import boto3  # noqa: F401 # this is most of it

        if self._connection.roles:
            return  # their session asks for the credentials that they are assumed with
        with self._making, suppress(Exception):  # the call that needs it tells what is wrong
            inner: Any = self._opened()._session
            loader = inner.get_component("data_loader")
            for data in ("service-2", "endpoint-rule-set-1"):
                loader.load_service_model("dynamodb", data)
            loader.load_data_with_path("endpoints")

    def get_credentials(self) -> bool:
        from botocore.credentials import RefreshableCredentials
        from botocore.exceptions import NoCredentialsError

        with self._making:
            try:
                found = self._opened().get_credentials()
                if found is None:
                    raise NoCredentialsError
                found.get_frozen_credentials()
                return not isinstance(found, RefreshableCredentials)
            except Exception:
                # A user may mend a file or log in again: whoever asks next reads all anew.
                self._session = None
                self._made.clear()
                raise

    def _opened(self) -> boto3.Session:
        if self._session is None:
            self._session = _session(self._connection)
        return self._session


_clients = Shared(_Clients)


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
    prepare(session, _client_config())
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
