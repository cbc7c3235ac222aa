"""Registries in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.manifest import Manifest, parse_manifest
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials
from tests.fakes.manifests import Blob, Image, image


@dataclass(frozen=True)
class FakePushed:
    """What a tag answers now, and the manifest and configuration digests of each platform."""

    ref: str
    digest: str
    image: Image = field(repr=False)

    @property
    def manifests(self) -> dict[str, str]:
        return {platform: blob.digest for platform, blob in self.image.manifests.items()}

    @property
    def configs(self) -> dict[str, str]:
        return {platform: blob.digest for platform, blob in self.image.configs.items()}

    @property
    def config_digest(self) -> str:
        return next(iter(self.configs.values()))


class FakeRegistry:
    """Implements `ports.registry.Registry` for all registries of the world.

    `lookups` are the tags asked for, `listed` the repositories whose tags were, and `fetched` the manifests and
    configurations, each as often as a real registry would have been asked. `logins` are credentials by registry. A
    failure under a registry, `registry/repository` or a whole reference in `failures` is raised for whatever is asked
    there, one in `list_failures` for lists of tags alone.
    """

    def __init__(self) -> None:
        self.lookups: list[str] = []
        self.listed: list[str] = []
        self.fetched: list[tuple[str, str]] = []
        self.logins: dict[str, Credentials] = {}
        self.failures: dict[str, RegistryError] = {}
        self.list_failures: dict[str, RegistryError] = {}
        self.closed = False
        self._tags: dict[str, str] = {}
        self._blobs: dict[tuple[str, str], Blob] = {}
        self._answers: dict[str, str | RegistryError] = {}
        self._lists: dict[str, tuple[str, ...] | RegistryError] = {}

    def push(self, ref: str, **recipe: Any) -> FakePushed:
        """Put an image (`tests.fakes.manifests.image` says what of) under a tag and return what the tag answers now."""
        reference, made = Reference.parse(ref), image(**recipe)
        for blob in (made.top, *made.manifests.values(), *made.configs.values(), *made.others):
            self._blobs[reference.name, blob.digest] = blob
        self._tags[str(reference)] = made.top.digest
        return FakePushed(ref, made.top.digest, made)

    def delete_tag(self, ref: str) -> None:
        """Forget a tag; its manifest can still be had by digest."""
        del self._tags[str(Reference.parse(ref))]

    def delete(self, ref: str, digest: str) -> None:
        """Forget a manifest, and every tag that names it."""
        name = Reference.parse(ref).name
        del self._blobs[name, digest]
        self._tags = {
            tag: named for tag, named in self._tags.items() if named != digest or not tag.startswith(f"{name}:")
        }

    def fail(self, registry_or_name: str, reason: str, message: str = "") -> None:
        """Answer every question there with this failure from now on."""
        self.failures[registry_or_name] = RegistryError(reason, message or f"{registry_or_name}: {reason}", "a hint")

    def next_run(self) -> None:
        """Forget the answers of this run, as a new command would."""
        self._answers.clear()
        self._lists.clear()

    async def digest(self, reference: Reference, *, plain_http: bool) -> str:
        key = str(reference.with_tag(reference.tag) if reference.tag else reference)
        if key not in self._answers:
            self.lookups.append(key)
            there = reference.digest if (reference.name, reference.digest) in self._blobs else None
            found = self._tags.get(key) if reference.tag else there
            self._answers[key] = self._failure(reference) or found or _unknown(key)
        answer = self._answers[key]
        if isinstance(answer, RegistryError):
            raise answer
        return answer

    async def tags(self, reference: Reference, *, plain_http: bool) -> tuple[str, ...]:
        name = reference.name
        if name not in self._lists:
            self.listed.append(name)
            failure = (
                self._failure(reference) or self.list_failures.get(name) or self.list_failures.get(reference.registry)
            )
            self._lists[name] = failure or self._tags_of(name) or _unlisted(name)
        found = self._lists[name]
        if isinstance(found, RegistryError):
            raise found
        return found

    async def manifest(self, reference: Reference, digest: str, *, plain_http: bool) -> Manifest:
        blob = self._blob(reference, digest)
        return parse_manifest(digest, blob.media_type, blob.body)

    async def image_config(self, reference: Reference, digest: str, *, plain_http: bool) -> Document:
        document: Document = json.loads(self._blob(reference, digest).body)
        return document

    async def credentials(self, reference: Reference) -> Credentials | None:
        return self.logins.get(reference.registry)

    def requests_made(self) -> int:
        return len(self.lookups) + len(self.listed) + len(self.fetched)

    async def close(self) -> None:
        self.closed = True

    def _tags_of(self, name: str) -> tuple[str, ...]:
        return tuple(tag.removeprefix(f"{name}:") for tag in self._tags if tag.startswith(f"{name}:"))

    def _blob(self, reference: Reference, digest: str) -> Blob:
        asked = (reference.name, digest)
        if asked not in self.fetched:
            self.fetched.append(asked)
            failure = self._failure(reference)
            if failure is not None:
                raise failure
        if asked not in self._blobs:
            raise _unknown(f"{reference.name}@{digest}")
        return self._blobs[asked]

    def _failure(self, reference: Reference) -> RegistryError | None:
        names = (str(reference), reference.name, reference.registry)
        return next((self.failures[name] for name in names if name in self.failures), None)


class MemoryManifestCache:
    """Implements `ports.registry.ManifestCache`."""

    def __init__(self) -> None:
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.cooldowns: dict[str, float] = {}

    def get_manifest(self, repository: str, digest: str) -> tuple[str, bytes] | None:
        return self.manifests.get((repository, digest))

    def put_manifest(self, repository: str, digest: str, media_type: str, body: bytes) -> None:
        self.manifests[repository, digest] = (media_type, body)

    def get_cooldown(self, registry: str) -> float | None:
        return self.cooldowns.get(registry)

    def set_cooldown(self, registry: str, until: float) -> None:
        self.cooldowns[registry] = until


def _unlisted(name: str) -> RegistryError:
    return RegistryError("unsupported", f"{name} lists no tags", "check the name")


def _unknown(what: str) -> RegistryError:
    return RegistryError("not_found", f"{what} is not known", "check the name")
