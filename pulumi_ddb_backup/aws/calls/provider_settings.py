"""What each setting of the `aws` provider is here: honoured, refused by name, or of no effect.

Source: the provider's own list, `pulumi_aws.config` (7.51.1; `assumeRole` is of 6.x). A test compares
the two, so that a new setting is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Effect(Enum):
    """What becomes of a setting."""

    HONOURED = "honoured"
    REFUSED = "refused"
    NONE = "no effect"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what becomes of it, and what a user should know about that."""

    effect: Effect
    note: str


def _honoured(note: str) -> Setting:
    return Setting(Effect.HONOURED, note)


def _refused(note: str) -> Setting:
    return Setting(Effect.REFUSED, note)


def _no_effect(note: str) -> Setting:
    return Setting(Effect.NONE, note)


PROVIDER_SETTINGS: Final[Mapping[str, Setting]] = {
    # Where calls go.
    "region": _honoured("the default region"),
    "endpoints": _honoured("`dynamodb`, `backup`, `sts` and `resourcegroupstaggingapi`"),
    "stsRegion": _honoured("the region of STS calls"),
    "useFipsEndpoint": _honoured("calls go to FIPS endpoints"),
    "useDualstackEndpoint": _honoured("calls go to dual-stack endpoints"),
    "httpProxy": _honoured("the proxy for http:// endpoints"),
    "httpsProxy": _honoured("the proxy for https:// endpoints"),
    "noProxy": _honoured("hosts that are called without a proxy"),
    "customCaBundle": _honoured("the certificates that endpoints are checked against"),
    "insecure": _refused(
        "certificates are always checked here. For an endpoint of your own, give its certificates as "
        "aws:customCaBundle"
    ),
    # As whom.
    "profile": _honoured("a profile of the shared configuration files"),
    "accessKey": _honoured("with `secretKey`, and `token` for temporary credentials"),
    "secretKey": _honoured("with `accessKey`"),
    "token": _honoured("with `accessKey` and `secretKey`"),
    "assumeRole": _honoured("the older form of `assumeRoles`, for one role"),
    "assumeRoles": _honoured("roles to assume, each with the credentials of the one before"),
    "assumeRoleWithWebIdentity": _honoured("a role to assume with a web identity token"),
    "sharedConfigFiles": _honoured("one file"),
    "sharedCredentialsFiles": _honoured("one file"),
    "ec2MetadataServiceEndpoint": _honoured("where an EC2 instance's role is read"),
    "ec2MetadataServiceEndpointMode": _honoured("`IPv4` or `IPv6`"),
    "skipMetadataApiCheck": _honoured("`true`: the role of an EC2 instance is not used"),
    # In which accounts.
    "allowedAccountIds": _honoured("no other account is ever used"),
    "forbiddenAccountIds": _honoured("none of these accounts is ever used"),
    # What concerns other resources, or is decided here.
    "defaultTags": _no_effect("on-demand backups carry no tags"),
    "ignoreTags": _no_effect("on-demand backups carry no tags"),
    "tagPolicyCompliance": _no_effect("on-demand backups carry no tags"),
    "maxRetries": _no_effect("calls are repeated within the input `timeout`"),
    "retryMode": _no_effect("calls are repeated within the input `timeout`"),
    "tokenBucketRateLimiterCapacity": _no_effect("calls keep to `ddb-backup:rateLimits`"),
    "s3UsEast1RegionalEndpoint": _no_effect("S3 is not called"),
    "s3UsePathStyle": _no_effect("S3 is not called"),
    "skipCredentialsValidation": _no_effect("credentials are checked by the calls themselves"),
    "skipRegionValidation": _no_effect("a region must have the form of one"),
    "skipRequestingAccountId": _no_effect("STS is asked only where something depends on it"),
    "userAgents": _no_effect("calls name `pulumi-ddb-backup`"),
}

WITHIN_REACH: Final = ("region", "profile")
"""The settings of an explicit `aws.Provider` that a dynamic resource can take over as inputs."""


def beyond_reach() -> list[str]:
    """The settings of an explicit `aws.Provider` that decide where calls go, or as whom, and that
    no input of a dynamic resource can say."""
    return [
        name
        for name, setting in PROVIDER_SETTINGS.items()
        if setting.effect is not Effect.NONE and name not in WITHIN_REACH
    ]
