"""Networks: all of them, with what the user chose and without what the engine generated."""

from __future__ import annotations

import ipaddress

from dockmon_cli.core.containers import short_id
from dockmon_cli.core.dependents import shares
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo

NO_ALIASES = frozenset({"default", "bridge", "host", "none"})
PASSED_ON = ("Links", "DriverOpts", "GwPriority")


def primary_network(old: Document) -> str:
    """Given an inspect document, return the name of the network that the container is created in."""
    mode = str(old["HostConfig"].get("NetworkMode") or "default")
    if mode == "default":
        return "bridge"
    for name, endpoint in joined(old).items():
        if mode == name or (len(mode) >= 12 and (endpoint.get("NetworkID") or "").startswith(mode)):
            return name
    return mode


def endpoints(old: Document, info: EngineInfo) -> dict[str, Document]:
    """Given an inspect document, return the endpoint configuration for each network it is a member of."""
    if shares(old["HostConfig"]):
        return {}
    primary = primary_network(old)
    return {
        name: _endpoint(name, endpoint, old, info, is_primary=name == primary) for name, endpoint in joined(old).items()
    }


def joined(old: Document) -> dict[str, Document]:
    """Given an inspect document, return what it shows of each network that the container is a member of."""
    return (old.get("NetworkSettings") or {}).get("Networks") or {}


def _endpoint(name: str, endpoint: Document, old: Document, info: EngineInfo, *, is_primary: bool) -> Document:
    config = chosen(name, endpoint, old)
    mac = _chosen_mac(endpoint, old, is_primary=is_primary)
    if mac and info.api_at_least(1, 44):
        config["MacAddress"] = mac
    return config


def chosen(name: str, endpoint: Document, old: Document) -> Document:
    """Given what inspect shows of one network, return what the user chose of it, apart from the MAC address."""
    config = {key: endpoint[key] for key in PASSED_ON if endpoint.get(key)}
    addresses = {key: value for key, value in (endpoint.get("IPAMConfig") or {}).items() if value}
    if addresses:
        config["IPAMConfig"] = addresses
    aliases = [alias for alias in endpoint.get("Aliases") or [] if alias != short_id(old["Id"])]
    if aliases and name not in NO_ALIASES:
        config["Aliases"] = aliases
    return config


def _chosen_mac(endpoint: Document, old: Document, *, is_primary: bool) -> str | None:
    """The MAC address, if it may be the user's own choice.

    On the primary network the engine tells by Config.MacAddress. On others it does not: older engines derive
    theirs from the address, newer ones draw them, and keeping a drawn one harms nobody.
    """
    if is_primary:
        return old["Config"].get("MacAddress") or None
    mac = endpoint.get("MacAddress") or None
    return None if mac is None or mac == _derived_mac(endpoint.get("IPAddress")) else mac


def _derived_mac(address: str | None) -> str | None:
    """What engines before 28 make of an IPv4 address: `02:42:` and its four bytes."""
    if not address:
        return None
    return "02:42:" + ":".join(f"{byte:02x}" for byte in ipaddress.IPv4Address(address).packed)
