"""A stack's `aws:` configuration, read into a `Connection`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..rules.text import shown
from ..rules.validation import Failure, validate
from .apis import RATE_LIMITS, Api
from .connection import (
    AccountGuard,
    AssumedRole,
    Connection,
    CredentialSources,
    Network,
    WebIdentity,
)
from .provider_settings import PROVIDER_SETTINGS, Effect

CONFIG_KEYS: Final = tuple(
    name for name, setting in PROVIDER_SETTINGS.items() if setting.effect is not Effect.NONE
)
"""The keys of `aws:` configuration that are read."""

_ENDPOINTS: Final = ("backup", "dynamodb", "sts", "resourcegroupstaggingapi")
_DURATION = re.compile(r"(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m)?(?:(?P<s>[0-9]+)s)?")


class SettingsError(ValueError):
    """An `aws:` setting that can't be used. The message is one sentence."""


def connection_from_config(config: Mapping[str, str]) -> Connection:
    """Make a `Connection` from a stack's `aws:` configuration.

    Args:
        config: The values by name, without the `aws:` in front. Lists and objects are JSON text.

    Raises:
        SettingsError: A value is malformed, or the setting is not supported.
    """
    _refuse(config)
    endpoints = _endpoints(_json(config, "endpoints"))
    connection = Connection(
        region=config.get("region") or None,
        profile=config.get("profile") or None,
        roles=_roles(_json(config, "assumeRoles") or _json(config, "assumeRole")),
        endpoint_url=endpoints.get("dynamodb"),
        sts_endpoint_url=endpoints.get("sts"),
        tagging_endpoint_url=endpoints.get("resourcegroupstaggingapi"),
        backup_endpoint_url=endpoints.get("backup"),
        rate_limits=_rate_limits(_json(config, "rateLimits")),
        access_key=config.get("accessKey") or None,
        secret_key=config.get("secretKey") or None,
        token=config.get("token") or None,
        web_identity=_web_identity(_json(config, "assumeRoleWithWebIdentity")),
        sts_region=config.get("stsRegion") or None,
        network=_network(config),
        sources=_sources(config),
        accounts=AccountGuard(
            _account_ids(config, "allowedAccountIds"), _account_ids(config, "forbiddenAccountIds")
        ),
    )
    if bool(connection.access_key) != bool(connection.secret_key):
        raise SettingsError("aws:accessKey and aws:secretKey must be set together")
    for setting in ("region", "stsRegion"):
        if config.get(setting):
            _require_valid({"region": config[setting]}, f"aws:{setting}")
    return connection


def _refuse(config: Mapping[str, str]) -> None:
    """Raise for what is set and refused by name; what is set to false is not set."""
    for name, setting in PROVIDER_SETTINGS.items():
        if setting.effect is Effect.REFUSED and config.get(name, "false") not in ("", "false"):
            raise SettingsError(f"aws:{name} is not supported: {setting.note}")


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
    known = {api.value: api for api in RATE_LIMITS if api.service == "dynamodb"}
    if not isinstance(entries, dict) or not all(
        api in known and type(limit) in (int, float) and 0 < limit <= 1000
        for api, limit in entries.items()
    ):
        raise SettingsError(
            "ddb-backup:rateLimits must be an object of calls a second (up to 1000) by "
            + f"{', '.join(known)} (got {shown(value)})"
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
    return AssumedRole(entry["roleArn"], _arguments(entry, "aws:assumeRoles"))


def _web_identity(value: Any) -> WebIdentity | None:
    setting = "aws:assumeRoleWithWebIdentity"
    entry = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not entry:
        return None
    if not isinstance(entry, dict):
        raise SettingsError(f"{setting} must be one object")
    _require_valid({"role_arn": entry.get("roleArn") or ""}, f"{setting}[roleArn]")
    token, file = entry.get("webIdentityToken") or None, entry.get("webIdentityTokenFile") or None
    if bool(token) == bool(file) or not isinstance(token or file, str):
        raise SettingsError(
            f"{setting} must have webIdentityToken or webIdentityTokenFile, exactly one of the two"
        )
    return WebIdentity(
        entry["roleArn"], token, file and os.path.expanduser(file), _arguments(entry, setting)
    )


def _arguments(entry: Mapping[str, Any], setting: str) -> tuple[tuple[str, Any], ...]:
    """The further arguments of an STS call that `entry` names."""
    arguments: dict[str, Any] = {}
    for ours, (theirs, read) in _ROLE_ARGUMENTS.items():
        if entry.get(ours):
            try:
                arguments[theirs] = read(entry[ours])
            except (TypeError, ValueError, AttributeError) as error:
                reason = (
                    str(error)
                    if isinstance(error, SettingsError)
                    else "is not of its documented form"
                )
                raise SettingsError(f"{setting}[{ours}] {reason}") from error
    return tuple(sorted(arguments.items()))


def _network(config: Mapping[str, str]) -> Network:
    for setting in ("httpProxy", "httpsProxy"):
        if config.get(setting) and "://" not in config[setting]:
            raise SettingsError(f"aws:{setting} must be a URL of the form http://HOST:PORT")
    return Network(
        use_fips_endpoint=_flag(config, "useFipsEndpoint"),
        use_dualstack_endpoint=_flag(config, "useDualstackEndpoint"),
        ca_bundle=_file(config.get("customCaBundle"), "customCaBundle"),
        http_proxy=config.get("httpProxy") or None,
        https_proxy=config.get("httpsProxy") or None,
        no_proxy=config.get("noProxy") or None,
    )


def _sources(config: Mapping[str, str]) -> CredentialSources:
    mode = config.get("ec2MetadataServiceEndpointMode") or None
    if mode and mode.lower() not in ("ipv4", "ipv6"):
        raise SettingsError(
            f"aws:ec2MetadataServiceEndpointMode must be IPv4 or IPv6 (got {shown(mode)})"
        )
    return CredentialSources(
        config_file=_only_file(config, "sharedConfigFiles"),
        credentials_file=_only_file(config, "sharedCredentialsFiles"),
        metadata_endpoint=config.get("ec2MetadataServiceEndpoint") or None,
        metadata_endpoint_mode=mode and mode.lower(),
        skip_metadata=_flag(config, "skipMetadataApiCheck"),
    )


def _flag(config: Mapping[str, str], key: str) -> bool:
    text = config.get(key) or "false"
    if text not in ("true", "false"):
        raise SettingsError(f"aws:{key} must be true or false (got {shown(text)})")
    return text == "true"


def _only_file(config: Mapping[str, str], key: str) -> str | None:
    files = _strings(config, key)
    if len(files) > 1:
        raise SettingsError(
            f"aws:{key} must name one file here (got {len(files)}): the AWS SDK for Python reads one"
        )
    return _file(files[0], key) if files else None


def _file(path: str | None, key: str) -> str | None:
    if not path:
        return None
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        raise SettingsError(f"aws:{key} names a file that does not exist: {shown(path)}")
    return path


def _account_ids(config: Mapping[str, str], key: str) -> tuple[str, ...]:
    ids = _strings(config, key)
    if not all(re.fullmatch("[0-9]{12}", one) for one in ids):
        raise SettingsError(
            f"aws:{key} must be a list of account ids of 12 digits each (got {shown(list(ids))})"
        )
    return ids


def _strings(config: Mapping[str, str], key: str) -> tuple[str, ...]:
    """A list of strings. A number is taken for the string it was meant to be."""
    value = _json(config, key)
    entries = [] if value is None else value if isinstance(value, list) else [value]
    if not all(type(entry) in (str, int) for entry in entries):
        raise SettingsError(f"aws:{key} must be a list of strings (got {shown(value)})")
    return tuple(str(entry) for entry in entries)


def _seconds(duration: str) -> int:
    match = _DURATION.fullmatch(duration)
    if not match or not duration:
        raise SettingsError(f"must be of the form 1h30m (got {shown(duration)})")
    hours, minutes, seconds = (int(part or 0) for part in match.group("h", "m", "s"))
    return hours * 3600 + minutes * 60 + seconds
