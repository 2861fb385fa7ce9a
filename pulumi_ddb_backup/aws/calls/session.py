"""The only module that makes boto3 sessions. boto3 is imported when first needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ..rules.regions import SET_A_REGION
from ..rules.text import sanitized
from .connection import AssumedRole, Connection, CredentialSources, WebIdentity
from .mfa import prepare
from .network import client_of, config_of
from .settings import SettingsError, region_failures

if TYPE_CHECKING:
    import boto3
    import botocore.session

_SESSION_NAME: Final = "pulumi-ddb-backup"


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
        raise SettingsError(f"no AWS region is set. {SET_A_REGION}")
    for failure in region_failures(region):
        raise SettingsError(failure.reason)
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


def open_session(connection: Connection) -> boto3.Session:
    """A session with the credentials that the connection says, its roles assumed.

    Raises:
        SettingsError: See `region_of`.
        Exception: Whatever botocore's chain of credentials has raised.
    """
    session = _bare_session(connection, region_of(connection))
    prepare(session, config_of(connection.network))
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
        return client_of(session, connection.network, service, url, region, **given)

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
