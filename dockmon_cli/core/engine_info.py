"""What an engine says about itself."""

from __future__ import annotations

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
