"""Manifests, and how long each registry is left alone, in memory."""

from __future__ import annotations

from tests.fakes.store.rows import Key


class MemoryManifests:
    """Implements `ports.registry.ManifestCache`."""

    def __init__(self) -> None:
        self.manifests: dict[Key, tuple[str, bytes]] = {}
        self.cooldowns: dict[str, float] = {}

    def get_manifest(self, repository: str, digest: str) -> tuple[str, bytes] | None:
        return self.manifests.get((repository, digest))

    def put_manifest(self, repository: str, digest: str, media_type: str, body: bytes) -> None:
        self.manifests[repository, digest] = (media_type, body)

    def get_cooldown(self, registry: str) -> float | None:
        return self.cooldowns.get(registry)

    def set_cooldown(self, registry: str, until: float) -> None:
        self.cooldowns[registry] = until
