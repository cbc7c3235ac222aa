"""The registry port over HTTP."""

from __future__ import annotations

from pathlib import Path

from dockmon_cli.adapters.registry.docker_config import DockerConfig
from dockmon_cli.adapters.registry.exchange import Answer
from dockmon_cli.adapters.registry.limits import Gate
from dockmon_cli.adapters.registry.once import Once
from dockmon_cli.adapters.registry.refusals import refusal, unsupported
from dockmon_cli.adapters.registry.session import Line, Session
from dockmon_cli.adapters.registry.surroundings import Surroundings
from dockmon_cli.adapters.registry.tag_list import read_tags
from dockmon_cli.core.documents import Document
from dockmon_cli.core.manifest import (
    MEDIA_TYPES,
    Manifest,
    digest_of,
    has_digest,
    may_be_manifest,
    parse_json_object,
    parse_manifest,
)
from dockmon_cli.core.reference import Reference, is_digest
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.registry_answer import clean
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.registry import ManifestCache

ACCEPT = ", ".join(MEDIA_TYPES)
DIGEST_HEADER = "docker-content-digest"


class HttpRegistry:
    """Asks registries; one value lives for one run and implements `ports.registry.Registry`.

    `docker_config` is the file that the configuration names, or None for docker's own. At most `lookups` requests
    are under way at one registry.
    """

    def __init__(
        self,
        cache: ManifestCache,
        docker_config: Path | None,
        lookups: int = 16,
        *,
        clock: Clock,
        surroundings: Surroundings | None = None,
    ):
        self._cache = cache
        self._clock = clock
        self._lookups = lookups
        self._surroundings = surroundings or Surroundings()
        self._docker_config = DockerConfig(docker_config, self._surroundings)
        self._gates: dict[str, Gate] = {}
        self._sessions: dict[tuple[str, bool], Session] = {}
        self._digests: Once[tuple[str, str, bool], str] = Once()
        self._tags: Once[tuple[str, bool], tuple[str, ...]] = Once()
        self._manifests: Once[tuple[str, str, bool], Manifest] = Once()
        self._configs: Once[tuple[str, str, bool], Document] = Once()
        self._credentials: Once[str, Credentials | None] = Once()

    async def digest(self, reference: Reference, *, plain_http: bool) -> str:
        """Given a reference, return the digest that its tag (without one, its digest) answers now; asked once a run.

        Raise RegistryError if there is no usable answer.
        """
        key = (reference.name, reference.tag or reference.digest or "", plain_http)
        return await self._digests.get(key, lambda: self._look_up(reference, key[1], plain_http))

    async def tags(self, reference: Reference, *, plain_http: bool) -> tuple[str, ...]:
        """Given a repository, return all its tags; asked for once a run.

        Raise RegistryError if there is no usable list.
        """
        return await self._tags.get((reference.name, plain_http), lambda: self._list_tags(reference, plain_http))

    async def manifest(self, reference: Reference, digest: str, *, plain_http: bool) -> Manifest:
        """Given a repository and a digest, return that manifest or index, from the cache where it is known.

        Raise RegistryError if there is no usable answer, ValueError if the digest is none.
        """
        return await self._manifests.get(
            (reference.name, _checked(digest), plain_http), lambda: self._get_manifest(reference, digest, plain_http)
        )

    async def image_config(self, reference: Reference, digest: str, *, plain_http: bool) -> Document:
        """Given a repository and a config digest, return the image's configuration document.

        Raise RegistryError if there is no usable answer, ValueError if the digest is none.
        """
        return await self._configs.get(
            (reference.name, _checked(digest), plain_http), lambda: self._get_config(reference, digest, plain_http)
        )

    async def credentials(self, reference: Reference) -> Credentials | None:
        """Return the login that docker's config.json holds for this registry, or None.

        Raise RegistryError (auth) or ConfigError if the file or a credential helper fails.
        """
        return await self._credentials_of(reference.registry)

    def requests_made(self) -> int:
        """How many HTTP requests were sent so far: lookups, redirects, and those to token servers."""
        return sum(session.sent for session in self._sessions.values())

    async def close(self) -> None:
        """Stop what is under way and close every connection."""
        for once in (self._digests, self._tags, self._manifests, self._configs, self._credentials):
            await once.close()
        for session in self._sessions.values():
            await session.close()

    async def _credentials_of(self, registry: str) -> Credentials | None:
        return await self._credentials.get(registry, lambda: self._docker_config.credentials(registry))

    async def _look_up(self, reference: Reference, tag: str, plain_http: bool) -> str:
        answer = await self._ask("HEAD", reference, f"manifests/{tag}", plain_http)
        media_type = answer.headers.get("content-type", "")
        if not may_be_manifest(media_type):
            raise unsupported(reference, f"its content type is {clean(media_type)}")
        told: str | None = answer.headers.get(DIGEST_HEADER)
        if told is None:
            return await self._digest_of_body(reference, tag, plain_http)
        if not is_digest(told):
            raise unsupported(reference, "its digest is malformed")
        return told

    async def _list_tags(self, reference: Reference, plain_http: bool) -> tuple[str, ...]:
        async def page(path: str) -> Answer:
            return await self._ask("GET", reference, path, plain_http, accept="application/json")

        return await read_tags(reference, page)

    async def _digest_of_body(self, reference: Reference, tag: str, plain_http: bool) -> str:
        answer = await self._ask("GET", reference, f"manifests/{tag}", plain_http)
        digest = digest_of(answer.body)
        self._read_manifest(reference, digest, answer)
        return digest

    async def _get_manifest(self, reference: Reference, digest: str, plain_http: bool) -> Manifest:
        kept = self._cache.get_manifest(reference.name, digest)
        if kept is not None and has_digest(kept[1], digest):
            return parse_manifest(digest, *kept)
        answer = await self._ask("GET", reference, f"manifests/{digest}", plain_http)
        if not has_digest(answer.body, digest):
            raise unsupported(reference, f"what it sends for {digest} has another digest")
        return self._read_manifest(reference, digest, answer)

    def _read_manifest(self, reference: Reference, digest: str, answer: Answer) -> Manifest:
        media_type = answer.headers.get("content-type", "")
        try:
            manifest = parse_manifest(digest, media_type, answer.body)
        except ValueError as error:
            raise unsupported(reference, str(error)) from error
        self._cache.put_manifest(reference.name, digest, manifest.media_type, answer.body)
        return manifest

    async def _get_config(self, reference: Reference, digest: str, plain_http: bool) -> Document:
        # Kept like manifests, and for the same reason: what a digest names can't change.
        kept = self._cache.get_manifest(reference.name, digest)
        if kept is not None and has_digest(kept[1], digest):
            return parse_json_object(kept[1])
        answer = await self._ask("GET", reference, f"blobs/{digest}", plain_http)
        if not has_digest(answer.body, digest):
            raise unsupported(reference, f"what it sends for {digest} has another digest")
        try:
            config = parse_json_object(answer.body)
        except ValueError as error:
            raise unsupported(reference, f"its image configuration can't be read: {error}") from error
        self._cache.put_manifest(reference.name, digest, answer.headers.get("content-type", ""), answer.body)
        return config

    async def _ask(
        self, method: str, reference: Reference, path: str, plain_http: bool, *, accept: str = ACCEPT
    ) -> Answer:
        """Return an answer whose status is 200; raise the RegistryError that any other status means."""
        session = self._session(reference.registry, plain_http)
        answer = await session.ask(method, reference.repository, path, accept)
        if answer.status == 200:
            return answer
        # Asked only of one that wants to know who it is: a helper that fails must not hide what the registry said.
        has_login = answer.status in {401, 403} and await self._credentials_of(reference.registry) is not None
        hint = self._docker_config.login_hint(reference.registry)
        raise refusal(reference, path, answer, hint, has_login=has_login)

    def _session(self, registry: str, plain_http: bool) -> Session:
        key = (registry, plain_http)
        if key not in self._sessions:
            self._sessions[key] = Session(
                Line(
                    registry,
                    plain_http,
                    self._gates.setdefault(registry, Gate(registry, self._cache, self._clock, self._lookups)),
                    self._clock,
                    self._surroundings,
                    lambda: self._credentials_of(registry),
                    self._docker_config.login_hint(registry),
                )
            )
        return self._sessions[key]


def _checked(digest: str) -> str:
    if not is_digest(digest):
        raise ValueError(f"{digest!r} is not a digest")
    return digest
