"""Where and as whom AWS is called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from .apis import Api


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """An IAM role to assume.

    Attributes:
        role_arn: The ARN of the role.
        arguments: More arguments of the STS AssumeRole call, as (name, value) pairs, such as
            `("ExternalId", "x")`. Default: none.
    """

    role_arn: str
    arguments: tuple[tuple[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """The role of `aws:assumeRoleWithWebIdentity`.

    Attributes:
        role_arn: The role to assume.
        token: The web identity token itself. Exactly one of this and `token_file`.
        token_file: The file that the token is read from, each time it is needed.
        arguments: Further arguments of the STS AssumeRoleWithWebIdentity call.
    """

    role_arn: str
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    arguments: tuple[tuple[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """How calls travel. What is None or False is as botocore finds it in the environment.

    Attributes:
        use_fips_endpoint: Whether calls go to FIPS endpoints.
        use_dualstack_endpoint: Whether calls go to dual-stack endpoints.
        ca_bundle: File of the certificates that endpoints are checked against.
        http_proxy: URL of the proxy for http:// endpoints.
        https_proxy: URL of the proxy for https:// endpoints.
        no_proxy: Hosts that are called without a proxy, separated by commas.
    """

    use_fips_endpoint: bool = False
    use_dualstack_endpoint: bool = False
    ca_bundle: str | None = None
    http_proxy: str | None = field(default=None, repr=False)
    https_proxy: str | None = field(default=None, repr=False)
    no_proxy: str | None = None


@dataclass(frozen=True, slots=True)
class CredentialSources:
    """Where credentials are looked for. What is None is as botocore finds it in the environment.

    Attributes:
        config_file: The shared configuration file.
        credentials_file: The shared credentials file.
        metadata_endpoint: URL of the EC2 instance metadata service.
        metadata_endpoint_mode: `ipv4` or `ipv6`.
        skip_metadata: Whether the role of an EC2 instance is left out.
    """

    config_file: str | None = None
    credentials_file: str | None = None
    metadata_endpoint: str | None = None
    metadata_endpoint_mode: str | None = None
    skip_metadata: bool = False


@dataclass(frozen=True, slots=True)
class AccountGuard:
    """Which accounts may be used at all: `aws:allowedAccountIds` and `aws:forbiddenAccountIds`.

    Attributes:
        allowed: Ids of the only accounts that may be used; empty allows every one.
        forbidden: Ids of accounts that may not be used.
    """

    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any account is ruled out."""
        return bool(self.allowed or self.forbidden)

    def refusal(self, account: str) -> str | None:
        """Why `account` may not be used; None where it may."""
        if account in self.forbidden:
            return "aws:forbiddenAccountIds lists it"
        if self.allowed and account not in self.allowed:
            return "aws:allowedAccountIds does not list it"
        return None


NO_GUARD: Final = AccountGuard()


@dataclass(frozen=True, slots=True)
class Connection:
    """The region, credentials and endpoints to use. The default for each is the usual AWS environment.

    `connection_from_config` makes one from a stack's `aws:` configuration.

    Attributes:
        region: The region of the table.
        profile: A profile of the shared AWS configuration files.
        roles: Roles to assume, each with the credentials of the one before.
        endpoint_url: A URL to use instead of AWS's DynamoDB endpoint.
        sts_endpoint_url: A URL to use instead of AWS's STS endpoint.
        tagging_endpoint_url: A URL to use instead of AWS's Resource Groups Tagging endpoint.
        backup_endpoint_url: A URL to use instead of AWS Backup's endpoint.
        rate_limits: Limits in calls per second, by API. Default: those of the AWS API reference.
        access_key: A static access key id.
        secret_key: The secret key that belongs to it.
        token: The session token that belongs to it, if it is temporary.
        web_identity: A role to assume with a web identity token, before `roles`.
        sts_region: The region of STS calls. Default: `region`.
        network: Proxies, certificates and kinds of endpoints.
        sources: Where credentials are looked for.
        accounts: Which accounts may be used. Default: all.
    """

    region: str | None = None
    profile: str | None = None
    roles: tuple[AssumedRole, ...] = ()
    endpoint_url: str | None = None
    sts_endpoint_url: str | None = None
    tagging_endpoint_url: str | None = None
    backup_endpoint_url: str | None = None
    rate_limits: tuple[tuple[Api, float], ...] = ()
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    web_identity: WebIdentity | None = None
    sts_region: str | None = None
    network: Network = Network()
    sources: CredentialSources = CredentialSources()
    accounts: AccountGuard = NO_GUARD

    @property
    def names_an_identity(self) -> bool:
        """Whether credentials are given here, rather than left to the environment."""
        return bool(self.profile or self.access_key or self.roles or self.web_identity)

    def overridden(
        self,
        *,
        region: str | None = None,
        profile: str | None = None,
        role_arn: str | None = None,
        endpoint_url: str | None = None,
    ) -> Connection:
        """A copy of this connection with some values replaced. None leaves a value as it is.

        Args:
            region: Another region.
            profile: Another profile. It also removes static keys and roles, since a profile means
                its own account.
            role_arn: A role to assume instead of `roles`.
            endpoint_url: Another URL of DynamoDB.
        """
        changed = self
        if profile is not None:
            changed = replace(
                changed,
                profile=profile,
                access_key=None,
                secret_key=None,
                token=None,
                roles=(),
                web_identity=None,
            )
        if role_arn is not None:
            changed = replace(changed, roles=(AssumedRole(role_arn),))
        return replace(
            changed,
            region=region or changed.region,
            endpoint_url=endpoint_url or changed.endpoint_url,
        )
