"""Inspect documents before and after an update, whole, less what may differ: the list in this file, and no more."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.e2e.catalogue import MAC

Document = dict[str, Any]
ANONYMOUS = re.compile(r"[0-9a-f]{64}")

GENERATED = (
    "Id", "Created", "State", "Image", "ImageManifestDescriptor", "RestartCount",
    "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver.Data", "ExecIDs",
    "NetworkSettings.SandboxID", "NetworkSettings.SandboxKey", "NetworkSettings.EndpointID",
    "NetworkSettings.MacAddress", "NetworkSettings.IPAddress", "NetworkSettings.GlobalIPv6Address",
    "NetworkSettings.Networks.*.EndpointID",
    # An anonymous volume that is mounted by its name now has the mode of one that was named.
    "Mounts.*.Mode",
)  # fmt: skip
"""IDs, times, paths, states, and what is there twice; `*` stands for every key or place."""


def differences(before: Document, after: Document) -> list[str]:
    """Return a line for each place where the two differ and should not."""
    return list(_differ("", settled(before), settled(after)))


def settled(container: Document) -> Document:
    """Return an inspect document without what the engine generated."""
    document = deepcopy(container)
    for rule in RULES:
        rule(document)
    for path in GENERATED:
        _drop(document, path.split("."))
    return document


def _hostname(document: Document) -> None:
    if document["Config"]["Hostname"] == document["Id"][:12]:
        document["Config"]["Hostname"] = "generated"


def _endpoints(document: Document) -> None:
    """Names made of the ID; addresses and MACs that nobody asked for; no driver options or addresses, spelled twice."""
    for endpoint in document["NetworkSettings"]["Networks"].values():
        wanted = endpoint["IPAMConfig"] or {}
        for shown, asked in (("IPAddress", "IPv4Address"), ("GlobalIPv6Address", "IPv6Address")):
            endpoint[shown] = endpoint[shown] if wanted.get(asked) else "any"
        endpoint["MacAddress"] = endpoint["MacAddress"] if endpoint["MacAddress"].startswith(MAC) else "any"
        endpoint["DriverOpts"], endpoint["IPAMConfig"] = endpoint["DriverOpts"] or None, wanted or None
        for names in ("Aliases", "DNSNames"):
            kept = [name for name in endpoint.get(names) or [] if name != document["Id"][:12]]
            endpoint[names] = kept or None


def _ports(document: Document) -> None:
    """The host's port where the user left the choice to the engine."""
    asked = document["HostConfig"]["PortBindings"] or {}
    for port, bound in (document["NetworkSettings"]["Ports"] or {}).items():
        fixed = {binding["HostPort"] for binding in asked.get(port) or ()}
        for binding in bound or ():
            binding["HostPort"] = binding["HostPort"] if binding["HostPort"] in fixed else "any"


def _volume_names(document: Document) -> None:
    """The names by which anonymous volumes are mounted again; and what the engine lists in any order."""
    host_config = document["HostConfig"]
    host_config["Links"] = sorted(host_config["Links"] or [])
    named = [bind for bind in host_config["Binds"] or [] if ":" in bind and not ANONYMOUS.match(bind)]
    host_config["Binds"] = named or None
    for mount in host_config.get("Mounts") or []:
        if ANONYMOUS.fullmatch(mount.get("Source", "")):
            del mount["Source"]
    document["Mounts"].sort(key=lambda mount: str(mount["Destination"]))


RULES: tuple[Callable[[Document], None], ...] = (_hostname, _endpoints, _ports, _volume_names)


def _drop(value: Any, path: list[str]) -> None:
    head, *rest = path
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        if head in ("*", key) and rest:
            _drop(value[key], rest)
        elif head == key:
            del value[key]
        elif head == "*":
            value[key] = None


def _differ(path: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _differ(f"{path}.{key}", before.get(key, "absent"), after.get(key, "absent"))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from _differ(f"{path}[{place}]", *pair)
    elif before != after:
        yield f"{path}: {before!r} became {after!r}"
