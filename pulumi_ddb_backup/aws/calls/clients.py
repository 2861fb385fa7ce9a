"""The clients of each connection, made once, and their credentials."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...shared import Shared
from ..rules.text import sanitized
from .connection import Connection
from .network import client_of
from .pricing import PricingClient
from .session import open_session
from .settings import SettingsError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_backup import BackupClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from mypy_boto3_sts import STSClient


def dynamodb_client(connection: Connection) -> DynamoDBClient:
    """A DynamoDB client for `connection`; the same one for the same connection.

    Raises:
        SettingsError: No region is set anywhere, or the one that is set is none.
    """
    client: DynamoDBClient = _clients(connection).client(
        "dynamodb", connection.endpoint_url, connection.region
    )
    return client


def sts_client(connection: Connection) -> STSClient:
    """An STS client with the credentials that `dynamodb_client` uses."""
    client: STSClient = _clients(connection).client(
        "sts", connection.sts_endpoint_url, connection.sts_region or connection.region
    )
    return client


def tagging_client(connection: Connection) -> ResourceGroupsTaggingAPIClient:
    """A client of the Resource Groups Tagging API with the credentials of `dynamodb_client`."""
    client: ResourceGroupsTaggingAPIClient = _clients(connection).client(
        "resourcegroupstaggingapi", connection.tagging_endpoint_url, connection.region
    )
    return client


def backup_client(connection: Connection) -> BackupClient:
    """A client of AWS Backup with the credentials that `dynamodb_client` uses."""
    client: BackupClient = _clients(connection).client(
        "backup", connection.backup_endpoint_url, connection.region
    )
    return client


def pricing_client(connection: Connection) -> PricingClient:
    """A client of the Price List API with the credentials of `dynamodb_client`."""
    client: PricingClient = _clients(connection).client("pricing", None, connection.region)
    return client


class Clients:
    """The clients of one connection, by service."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dynamodb(self) -> DynamoDBClient:
        return dynamodb_client(self._connection)

    @property
    def sts(self) -> STSClient:
        return sts_client(self._connection)

    @property
    def tagging(self) -> ResourceGroupsTaggingAPIClient:
        return tagging_client(self._connection)

    @property
    def backup(self) -> BackupClient:
        return backup_client(self._connection)

    @property
    def pricing(self) -> PricingClient:
        return pricing_client(self._connection)


def warm_up(connection: Connection) -> None:
    """Load what a DynamoDB client takes, and ask for no credentials.

    It takes a good part of a second that is no part of an operation's time.
    """
    _clients(connection).warm_up(connection.region)


def get_credentials(connection: Connection) -> bool:
    """Have the credentials of `connection` at hand, renewed if they are about to expire.

    This is where a profile's program runs, a role is assumed and an MFA code is asked for.

    Returns:
        Whether they never expire, so that nobody has to ask again.

    Raises:
        Exception: Whatever botocore's chain of credentials, or a program it runs, has raised.
    """
    return _clients(connection).get_credentials(connection.region)


class _Clients:
    """The clients of one session in any region, each made once and by one thread at a time.

    A role is assumed, a program run and an MFA code asked for once, however many regions there are.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._making = threading.Lock()  # nothing of a boto3 session may be made by two threads
        self._session: boto3.Session | None = None
        self._made: dict[tuple[str, str | None, str | None], Any] = {}

    def client(self, service: str, endpoint_url: str | None, region: str | None) -> Any:
        key = (service, endpoint_url, region)
        made = self._made.get(key)
        if made is not None:
            return made  # a call that is about to be sent waits for no renewal of credentials
        with self._making:
            if key not in self._made:
                session, network = self._opened(region), self._connection.network
                try:
                    made = client_of(session, network, service, endpoint_url, region)
                except ValueError as error:
                    raise SettingsError(sanitized(str(error))) from error
                self._made[key] = made
            return self._made[key]

    def warm_up(self, region: str | None) -> None:
        connection = self._connection
        if connection.roles or connection.web_identity:
            return  # their session asks for the credentials that they are assumed with
        with self._making, suppress(Exception):  # the call that needs it tells what is wrong
            inner: Any = self._opened(region)._session
            loader = inner.get_component("data_loader")
            for data in ("service-2", "endpoint-rule-set-1"):
                loader.load_service_model("dynamodb", data)
            loader.load_data_with_path("endpoints")

    def get_credentials(self, region: str | None) -> bool:
        from botocore.credentials import RefreshableCredentials
        from botocore.exceptions import NoCredentialsError

        with self._making:
            try:
                found = self._opened(region).get_credentials()
                if found is None:
                    raise NoCredentialsError
                found.get_frozen_credentials()
                return not isinstance(found, RefreshableCredentials)
            except Exception:
                # A user may mend a file or log in again: whoever asks next reads all anew.
                self._session = None
                self._made.clear()
                raise

    def _opened(self, region: str | None) -> boto3.Session:
        """The session; whoever opens it says in which region STS is asked for its credentials."""
        if self._session is None:
            self._session = open_session(replace(self._connection, region=region))
        return self._session


def _clients(connection: Connection) -> _Clients:
    return of_any_region(replace(connection, region=None))


of_any_region = Shared(_Clients)
"""One set of clients, and so of credentials, for all regions of a connection."""
