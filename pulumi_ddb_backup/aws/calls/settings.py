"""How AWS is reached: region, credentials, roles and endpoints, from inputs and from `aws:` config."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..rules.validation import Failure, validate
from .rate import RATE_LIMITS, Api

CONFIG_KEYS: Final = (
    "region",
    "profile",
    "accessKey",
    "secretKey",
    "token",
    "assumeRole",
    "assumeRoles",
    "assumeRoleWithWebIdentity",
    "endpoints",
)
"""The keys of `aws:` configuration that are read; the rest concerns pulumi-aws alone."""

_ENDPOINTS: Final = ("dynamodb", "sts", "resourcegroupstaggingapi")
_DURATION = re.compile(r"(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m)?(?:(?P<s>[0-9]+)s)?")


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """One role of `aws:assumeRole` or `aws:assumeRoles`, under the names of pulumi-aws."""

    role_arn: str
    arguments: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    """Further arguments of the STS AssumeRole call, as (name, value) pairs."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where and as whom AWS is called. What is None comes from the usual AWS environment.

    Attributes:
        region: Region of the table.
        profile: Profile of the shared AWS configuration files.
        roles: Roles to assume, one with the credentials of the other.
        endpoint_url: URL that replaces AWS's DynamoDB endpoint.
        sts_endpoint_url: URL that replaces AWS's STS endpoint.
        tagging_endpoint_url: URL that replaces the endpoint of AWS's Resource Groups Tagging API.
        rate_limits: Calls a second, by API, where they are not those of the API reference.
        access_key: Static access key id.
        secret_key: Static secret key.
        token: Static session token.
    """

    region: str | None = None
    profile: str | None = None
    roles: tuple[AssumedRole, ...] = ()
    endpoint_url: str | None = None
    sts_endpoint_url: str | None = None
    tagging_endpoint_url: str | None = None
    rate_limits: tuple[tuple[Api, float], ...] = ()
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    def overridden(
        self,
        *,
        region: str | None = None,
        profile: str | None = None,
        role_arn: str | None = None,
        endpoint_url: str | None = None,
    ) -> Connection:
        """This connection with what the caller names instead.

        A profile takes the place of static keys and of configured roles: whoever names one means
        its account.
        """
        changed = self
        if profile is not None:
            changed = replace(
                changed, profile=profile, access_key=None, secret_key=None, token=None, roles=()
            )
        if role_arn is not None:
            changed = replace(changed, roles=(AssumedRole(role_arn),))
        return replace(
            changed,
            region=region or changed.region,
            endpoint_url=endpoint_url or changed.endpoint_url,
        )


class SettingsError(ValueError):
    """An `aws:` setting that can't be used, in one sentence."""


def connection_from_config(config: Mapping[str, str]) -> Connection:
    """The connection that a stack's `aws:` configuration describes.

    Args:
        config: The values under their names without `aws:`; lists and objects as JSON text.

    Raises:
        SettingsError: A value is not of its kind, or asks for what is not supported here.
    """
    for unsupported in ("assumeRoleWithWebIdentity",):
        if config.get(unsupported):
            raise SettingsError(
                f"aws:{unsupported} is not supported by dynamic resources: give role_arn, or a "
                "profile with web_identity_token_file"
            )
    endpoints = _endpoints(_json(config, "endpoints"))
    connection = Connection(
        region=config.get("region") or None,
        profile=config.get("profile") or None,
        roles=_roles(_json(config, "assumeRoles") or _json(config, "assumeRole")),
        endpoint_url=endpoints.get("dynamodb"),
        sts_endpoint_url=endpoints.get("sts"),
        tagging_endpoint_url=endpoints.get("resourcegroupstaggingapi"),
        rate_limits=_rate_limits(_json(config, "rateLimits")),
        access_key=config.get("accessKey") or None,
        secret_key=config.get("secretKey") or None,
        token=config.get("token") or None,
    )
    if bool(connection.access_key) != bool(connection.secret_key):
        raise SettingsError("aws:accessKey and aws:secretKey must be set together")
    if connection.region is not None:
        _require_valid({"region": connection.region}, "aws:region")
    return connection


def _require_valid(value: Mapping[str, object], setting: str) -> None:
    for failure in validate({**_COMPLETE, **value}):
        raise SettingsError(f"{setting}: {failure.reason}")


_COMPLETE: Mapping[str, object] = {"table_name": "table", "backup_name": "backup"}


def region_failures(region: str) -> list[Failure]:
    """What is wrong with a region that comes from the environment or a profile."""
    return validate({**_COMPLETE, "region": region})


def _json(config: Mapping[str, str], key: str) -> Any:
    text = config.get(key)
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        namespace = "ddb-backup" if key == "rateLimits" else "aws"
        raise SettingsError(f"{namespace}:{key} is not valid JSON") from error


def _rate_limits(value: Any) -> tuple[tuple[Api, float], ...]:
    entries = value or {}
    known = {api.value: api for api in RATE_LIMITS}
    if not isinstance(entries, dict) or not all(
        api in known and type(limit) in (int, float) and 0 < limit <= 1000
        for api, limit in entries.items()
    ):
        raise SettingsError(
            "ddb-backup:rateLimits must be an object of calls a second (up to 1000) by "
            + ", ".join(known)
        )
    return tuple(sorted((known[api], float(limit)) for api, limit in entries.items()))


def _endpoints(value: Any) -> dict[str, str]:
    entries = value if isinstance(value, list) else [value] if value else []
    if not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError("aws:endpoints must be a list of objects")
    merged = {service: url for entry in entries for service, url in entry.items() if url}
    used = {service: url for service, url in merged.items() if service in _ENDPOINTS}
    for service, url in used.items():
        _require_valid({"endpoint_url": url}, f"aws:endpoints[{service}]")
    return used


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, value if isinstance(value, list) else [None]))


# The arguments of STS AssumeRole under pulumi-aws's names: STS's name, and how the value is read.
# What is read is hashable: a connection is the key under which its client is kept.
_ROLE_ARGUMENTS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "sessionName": ("RoleSessionName", _text),
    "externalId": ("ExternalId", _text),
    "durationSeconds": ("DurationSeconds", int),
    "duration": ("DurationSeconds", lambda value: _seconds(_text(value))),
    "policy": ("Policy", _text),
    "policyArns": ("PolicyArns", lambda value: tuple(("arn", arn) for arn in _texts(value))),
    "sourceIdentity": ("SourceIdentity", _text),
    "tags": (
        "Tags",
        lambda value: tuple(sorted((key, _text(text)) for key, text in value.items())),
    ),
    "transitiveTagKeys": ("TransitiveTagKeys", _texts),
}


def _roles(value: Any) -> tuple[AssumedRole, ...]:
    entries = value if isinstance(value, list) else [value] if value else []
    return tuple(_role(entry) for entry in entries if entry)


def _role(entry: Any) -> AssumedRole:
    if not isinstance(entry, dict):
        raise SettingsError("aws:assumeRoles must be a list of objects")
    _require_valid({"role_arn": entry.get("roleArn") or ""}, "aws:assumeRoles[roleArn]")
    arguments: dict[str, Any] = {}
    for ours, (theirs, read) in _ROLE_ARGUMENTS.items():
        if entry.get(ours):
            try:
                arguments[theirs] = read(entry[ours])
            except (TypeError, ValueError, AttributeError) as error:
                reason = str(error) if isinstance(error, SettingsError) else "has another form"
                raise SettingsError(f"aws:assumeRoles[{ours}] {reason}") from error
    return AssumedRole(entry["roleArn"], tuple(sorted(arguments.items())))


def _seconds(duration: str) -> int:
    match = _DURATION.fullmatch(duration)
    if not match or not duration:
        raise SettingsError("must be of the form 1h30m")
    hours, minutes, seconds = (int(part or 0) for part in match.group("h", "m", "s"))
    return hours * 3600 + minutes * 60 + seconds
