"""How a registry is reached, as far as decisions and ports pass it on."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.reference import DOCKER_HUB, Reference, registry_host


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login for one registry. Secrets stay out of `repr`, so no log or traceback shows them."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)


def plain_http_allowed(reference: Reference, info: EngineInfo, insecure: Sequence[str]) -> bool:
    """Given a reference, the engine that uses it and the configured names and networks, allow plain http or not.

    `insecure` holds what `registries.insecure` does: `host[:port]` or a network such as `10.0.0.0/8`. The engine's
    own list has the same standing, and a loopback registry is insecure as in docker. Docker Hub never is.
    """
    if reference.registry == DOCKER_HUB:
        return False
    listed = (*insecure, *info.insecure_registries, *info.insecure_cidrs)
    return reference.is_loopback or is_listed(reference.registry, listed)


def is_listed(registry: str, names_and_networks: Iterable[str]) -> bool:
    """Given `host[:port]`, tell whether it is in a list of such names and of networks in CIDR notation.

    Networks hold for registries that are written as an address; names are not resolved.
    """
    return any(_covers(item, registry) for item in names_and_networks)


def _covers(item: str, registry: str) -> bool:
    if item.lower() == registry.lower():
        return True
    try:
        return "/" in item and ipaddress.ip_address(registry_host(registry)) in ipaddress.ip_network(item, strict=False)
    except ValueError:
        return False
