"""Container registries, as the services need them.

A failure is a `RegistryError` whose `reason` is auth, not_found, rate_limited, unreachable or unsupported.
One value of `Registry` lives for one run: it remembers challenges, tokens and answers, so that however many
containers and hosts ask for a tag, the registry is asked once.
"""

from __future__ import annotations

from typing import Protocol

from dockmon_cli.core.documents import Document
from dockmon_cli.core.manifest import Manifest
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials


class Registry(Protocol):
    """Asks registries about tags, manifests and image configurations; pulls nothing."""

    async def digest(self, reference: Reference, *, plain_http: bool) -> str:
        """Given a reference, return the digest that its tag answers now (one HEAD a run).

        One with a digest and no tag answers that digest, if the registry still has it.
        """

    async def tags(self, reference: Reference, *, plain_http: bool) -> tuple[str, ...]:
        """Given a repository, return all its tags, in no particular order (asked for once a run).

        A registry that does not know the list is `unsupported`, as is a list without an end or over 10,000 tags.
        """

    async def manifest(self, reference: Reference, digest: str, *, plain_http: bool) -> Manifest:
        """Given a repository and a digest, return that manifest or index; kept for ever, as it can't change."""

    async def image_config(self, reference: Reference, digest: str, *, plain_http: bool) -> Document:
        """Given a repository and a config digest, return the image's configuration document."""

    async def credentials(self, reference: Reference) -> Credentials | None:
        """Return the login that docker's config.json holds for this registry, or None."""

    def requests_made(self) -> int:
        """How many HTTP requests were sent so far in this run."""

    async def close(self) -> None:
        """Close every connection."""


class ManifestCache(Protocol):
    """Where manifests by digest and rate-limit cool-downs outlive the run."""

    def get_manifest(self, repository: str, digest: str) -> tuple[str, bytes] | None:
        """Return (media type, body) of a manifest seen before, or None."""

    def put_manifest(self, repository: str, digest: str, media_type: str, body: bytes) -> None:
        """Keep a manifest."""

    def get_cooldown(self, registry: str) -> float | None:
        """Return the Unix time until which this registry must not be asked, or None."""

    def set_cooldown(self, registry: str, until: float) -> None:
        """Remember until when (Unix time) this registry must not be asked."""
