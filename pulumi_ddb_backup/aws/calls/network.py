"""How calls travel: time limits, endpoints, proxies and certificates of every client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib import request as urllib_request
from urllib.parse import urlsplit

from .connection import Network

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

CONNECT_TIMEOUT_SECONDS: Final = 5
READ_TIMEOUT_SECONDS: Final = 10
CALL_THREADS: Final = 16
"""Calls that can be under way at once in one process, and the connections kept for them."""


def client_of(
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
        own = _config(network, proxies)
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


def config_of(network: Network) -> Config:
    """The configuration of clients that botocore makes for itself."""
    return _config(network, _proxies(network))


def _config(network: Network, proxies: dict[str, str] | None) -> Config:
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


def _is_called_directly(host: str, proxies: dict[str, str]) -> bool:
    bypass: Any = vars(urllib_request)["proxy_bypass_environment"]  # typeshed leaves it out
    return bool(bypass(host, proxies))
