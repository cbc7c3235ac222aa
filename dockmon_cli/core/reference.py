"""Image references: the one typed parser used everywhere.

The grammar is that of distribution/reference, the names are normalised as docker does: `postgres` is
`docker.io/library/postgres:latest`, and every alias of Docker Hub is `docker.io`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

DOCKER_HUB = "docker.io"
DOCKER_HUB_ALIASES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
DEFAULT_TAG = "latest"

_OFFICIAL = "library/"
_LONGEST_TEXT = 1024
_LONGEST_REPOSITORY = 255
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+")
_SHOWN_ID_LENGTH = 12


class InvalidReference(ValueError):
    """The text is no image reference; `str()` says which part is wrong and why."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A normalised image reference.

    `registry` is `host[:port]` (`docker.io` for Docker Hub), `repository` the path in it. At least one of `tag`
    and `digest` is set; where both are, the digest decides and the tag is only what somebody wrote.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Given what a person or an engine wrote, return the reference. Raise InvalidReference if it is none."""
        _require(text, 0 < len(text) <= _LONGEST_TEXT, "it is empty" if not text else "it is too long")
        _require(text, "://" not in text, "it has a scheme; leave out everything up to ://")
        _require(text, not _is_bare_id(text), "it is an image ID")
        rest, at, digest = text.partition("@")
        _require(text, not at or is_digest(digest), "what follows @ is not a digest such as sha256: and 64 hex digits")
        name, colon, tag = _split_tag(rest)
        _require(text, not colon or is_tag(tag), "its tag is malformed")
        registry, repository = _split_registry(name)
        _require(text, _REGISTRY.fullmatch(registry) is not None, "its registry is not host[:port]")
        _require(text, repository == repository.lower(), "a repository has no capital letters")
        _require(text, _REPOSITORY.fullmatch(repository) is not None, "its repository is malformed")
        _require(text, len(repository) <= _LONGEST_REPOSITORY, "its repository is longer than 255 characters")
        return cls(registry, repository, tag or (None if digest else DEFAULT_TAG), digest or None)

    def __str__(self) -> str:
        """The canonical form, which parses to the same value."""
        return self.name + self._suffix

    @property
    def name(self) -> str:
        """Registry and repository: `docker.io/library/postgres`."""
        return f"{self.registry}/{self.repository}"

    @property
    def familiar(self) -> str:
        """The short form that docker shows: `postgres:16`; the whole one where a short one would mean another image."""
        if self.registry != DOCKER_HUB:
            return str(self)
        short = self.repository.removeprefix(_OFFICIAL)
        short = self.repository if "/" in short else short
        ambiguous = _is_bare_id(short) or _split_registry(short) != (self.registry, self.repository)
        return str(self) if ambiguous else short + self._suffix

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the repository's path: `("library", "postgres")`."""
        return tuple(self.repository.split("/"))

    @property
    def is_loopback(self) -> bool:
        """True if the registry is named by a loopback address, so it belongs to the engine that uses the name."""
        return is_loopback(self.registry)

    def with_tag(self, tag: str) -> Reference:
        """Given a tag, return this repository at that tag, without a digest. Raise InvalidReference if it is none."""
        _require(tag, is_tag(tag), "a tag is up to 128 letters, digits and _ . -")
        return Reference(self.registry, self.repository, tag, None)

    def with_digest(self, digest: str) -> Reference:
        """Given a digest, return this repository at it, without a tag. Raise InvalidReference if it is none."""
        _require(digest, is_digest(digest), "a digest is sha256: and 64 hex digits")
        return Reference(self.registry, self.repository, None, digest)

    @property
    def _suffix(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{tag}@{self.digest}" if self.digest else tag


def retagged(written: str, tag: str) -> str:
    """Given a reference as somebody wrote it, without a digest, return it with another tag, the rest as written."""
    return f"{_split_tag(written)[0]}:{tag}"


def name_and_tag(written: str) -> tuple[str, str]:
    """Given a reference as somebody wrote it, without a digest, return its name as written, and its tag or `latest`."""
    name, _, tag = _split_tag(written)
    return name, tag or DEFAULT_TAG


def is_digest(text: str) -> bool:
    """True for `algorithm:hex` with an algorithm that registries use (sha256, sha384, sha512) and its length."""
    algorithm, _, value = text.partition(":")
    return len(value) == _DIGEST_LENGTHS.get(algorithm, -1) and _HEX.fullmatch(value) is not None


def is_tag(text: str) -> bool:
    """True for what a registry may call a tag: up to 128 letters, digits and `_ . -`, not beginning with `.` or `-`."""
    return _TAG.fullmatch(text) is not None


def is_loopback(registry: str) -> bool:
    """Given `host[:port]`, tell whether it is localhost, in 127.0.0.0/8, or ::1."""
    host = registry_host(registry)
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def registry_host(registry: str) -> str:
    """Given `host[:port]`, return the host, an IPv6 address without its brackets."""
    if registry.startswith("["):
        return registry[1:].partition("]")[0]
    return registry.partition(":")[0]


def looks_like_image_id(text: str, image_id: str = "") -> bool:
    """True if an image field holds an ID instead of a reference.

    That is `sha256:` and hex, 64 hex digits, or the 12 that docker shows. Given also the image's own ID, hex
    digits of any length count only if that ID begins with them (`cafe` may well be a repository).
    """
    value = text.removeprefix("sha256:")
    if _HEX.fullmatch(value) is None:
        return False
    if value != text or len(value) == _DIGEST_LENGTHS["sha256"]:
        return True
    return image_id.removeprefix("sha256:").startswith(value) if image_id else len(value) == _SHOWN_ID_LENGTH


def _is_bare_id(text: str) -> bool:
    return len(text) == _DIGEST_LENGTHS["sha256"] and _HEX.fullmatch(text) is not None


def _split_tag(text: str) -> tuple[str, str, str]:
    """Return name, colon and tag; a colon before the last slash is a port."""
    colon = text.rfind(":")
    if colon <= text.rfind("/"):
        return text, "", ""
    return text[:colon], ":", text[colon + 1 :]


def _split_registry(name: str) -> tuple[str, str]:
    """Return registry and repository, by docker's rule for telling a host from a first path part."""
    first, slash, rest = name.partition("/")
    is_host = bool(slash) and ("." in first or ":" in first or first == "localhost" or first != first.lower())
    registry, repository = (first, rest) if is_host else (DOCKER_HUB, name)
    if registry not in DOCKER_HUB_ALIASES:
        return registry, repository
    return DOCKER_HUB, repository if "/" in repository else _OFFICIAL + repository


def _require(text: str, holds: bool, why: str) -> None:
    if not holds:
        shown = text if len(text) <= 120 else text[:117] + "…"
        raise InvalidReference(f"{shown!r} is not an image reference: {why}")
