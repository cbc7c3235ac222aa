"""Which container is the engine reached through? Stopping it would cut dockmon off half way."""

from __future__ import annotations

from collections.abc import Iterable

from dockmon_cli.core.dependents import needs_running, shares
from dockmon_cli.core.documents import Document
from dockmon_cli.core.host_url import parse_host_url
from dockmon_cli.core.hosts import Host

SOCKETS = ("/docker.sock", "/podman.sock")


def is_road(host: Host, container: Document, others: Iterable[Document] = ()) -> bool:
    """True of a socket proxy at the address of the host's URL: it has the engine's socket and publishes that port.

    In a network that it shares with one of the `others` the port is published by that one.
    """
    if host.scheme != "tcp":
        return False
    port = str(parse_host_url(host.url).tcp_port(tls=host.tls is not None))
    sources = (str(mount.get("Source") or "") for mount in container.get("Mounts") or [])
    needed = needs_running(container, others) if shares(container["HostConfig"]) else ()
    ports = set().union(*map(_ports, (container, *(other for _, other in needed if other))))
    return port in ports and any(source.endswith(SOCKETS) for source in sources)


def _ports(container: Document) -> set[str]:
    """The ports of the host that lead to it; in the host's own network these are all that its image names."""
    host_config = container["HostConfig"]
    if host_config.get("NetworkMode") == "host":
        return {port.partition("/")[0] for port in container["Config"].get("ExposedPorts") or {}}
    bindings = (host_config.get("PortBindings") or {}).values()
    return {str(binding.get("HostPort")) for published in bindings for binding in published or ()}
