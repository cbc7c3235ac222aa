"""Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, read as the docker engine reads them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from dockmon_cli.core.reference import is_loopback, registry_host


def proxy_for(scheme: str, host: str, port: int, environment: Mapping[str, str]) -> str | None:
    """Given where a request goes and the environment, return the URL of its proxy, or None for a direct connection.

    `host` has no brackets. Loopback addresses are always direct. NO_PROXY lists names (with their subdomains),
    `.names` (subdomains only), addresses and networks in CIDR notation, each with or without `:port`, or `*`.
    """
    proxy = _value(environment, f"{scheme}_proxy")
    listed = f"[{host}]" if ":" in host else host
    if not proxy or is_loopback(listed) or _is_direct(host, port, _value(environment, "no_proxy")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name.upper()) or environment.get(name) or ""


def _is_direct(host: str, port: int, no_proxy: str) -> bool:
    items = (item.strip().lower() for item in no_proxy.split(","))
    return any(item == "*" or _covers(item, host.lower().rstrip("."), port) for item in items if item)


def _covers(item: str, host: str, port: int) -> bool:
    network = _network(item)
    if network is not None:
        return _is_in(host, network)
    name, _, wanted = item.rpartition(":") if item.rpartition(":")[2].isdecimal() else (item, "", "")
    if wanted and int(wanted) != port:
        return False
    name = registry_host(name) if name.startswith("[") else name
    suffix = name.removeprefix("*")
    return host == name or host.endswith(suffix if suffix.startswith(".") else f".{suffix}")


def _network(item: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(item.strip("[]"), strict=False)
    except ValueError:
        return None


def _is_in(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False
