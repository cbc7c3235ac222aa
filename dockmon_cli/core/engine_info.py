"""What an engine says about itself."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Facts of one engine that decisions need.

    `api_version` is the negotiated one. `image_store` tells whether image IDs are config digests (`graph`) or
    manifest digests (`containerd`). `insecure_registries` are the names (`host:port`) and `insecure_cidrs` the
    networks for which this engine itself would speak plain http.
    """

    engine_id: str
    version: str
    api_version: str
    os: str
    architecture: str
    variant: str = ""
    image_store: Literal["graph", "containerd"] = "graph"
    is_podman: bool = False
    access: Literal["full", "read_only"] = "full"
    insecure_registries: tuple[str, ...] = ()
    insecure_cidrs: tuple[str, ...] = ()

    def api_at_least(self, major: int, minor: int) -> bool:
        """True if the negotiated API has what came with version `major.minor`."""
        have = tuple(int(part) for part in self.api_version.split(".")[:2])
        return have >= (major, minor)

    def allows_plain_http(self, registry: str) -> bool:
        """Given `host[:port]` of a registry, tell whether this engine's own configuration names it."""
        if registry in self.insecure_registries:
            return True
        host = registry.rpartition(":")[0] if ":" in registry else registry
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return any(address in ipaddress.ip_network(cidr, strict=False) for cidr in self.insecure_cidrs)
