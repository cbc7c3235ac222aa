"""Manifests and indexes of images, as registries serve them (OCI image spec 1.1, Docker schema 2)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from dockmon_cli.core.documents import Document
from dockmon_cli.core.platform import Platform
from dockmon_cli.core.reference import is_digest

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MEDIA_TYPES = (OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST)

_INDEXES = frozenset({OCI_INDEX, DOCKER_LIST})
_UNTYPED = frozenset({"", "application/json", "application/octet-stream", "text/plain"})
_ATTESTATION = "vnd.docker.reference.type"
_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One manifest that an index lists; `platform` is None where the index does not tell, `size` is in bytes."""

    digest: str
    platform: Platform | None
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest or an index.

    An index has `entries` (those that can run: no attestations, nothing for an unknown platform). A manifest has
    a `config_digest`, and `size_bytes` counts its layers as they are pulled (compressed).
    """

    digest: str
    media_type: str
    is_index: bool
    entries: tuple[Entry, ...] = ()
    config_digest: str | None = None
    size_bytes: int = 0

    def for_platform(self, platform: Platform) -> Entry | None:
        """Given a platform, return the entry of an index that runs there, the best one by containerd's order.

        An entry without a platform is the last choice. None if nothing fits or this is no index.
        """
        for wanted in (*platform.accepts(), None):
            for entry in self.entries:
                if entry.platform == wanted:
                    return entry
        return None


def digest_of(body: bytes, algorithm: str = "sha256") -> str:
    """Given a body and sha256, sha384 or sha512, return its digest."""
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def has_digest(body: bytes, digest: str) -> bool:
    """True if the body is what the digest names."""
    return is_digest(digest) and digest_of(body, digest.partition(":")[0]) == digest


def may_be_manifest(media_type: str) -> bool:
    """Given a Content-Type, tell whether a manifest may come with it: one of ours, or one that says nothing."""
    return _plain(media_type) in {*MEDIA_TYPES, *_UNTYPED}


def parse_json_object(body: bytes) -> Document:
    """Given bytes from a server, return the JSON object in them. Raise ValueError if there is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    return document


def parse_manifest(digest: str, media_type: str, body: bytes) -> Manifest:
    """Given a digest, the Content-Type it came with and the body, return the manifest.

    Raise ValueError, with the reason as text, for whatever is not one of the four kinds (`MEDIA_TYPES`).
    """
    if not may_be_manifest(media_type):
        old = "the old schema 1" if _plain(media_type).startswith(_SCHEMA1) else "not a kind of manifest"
        raise ValueError(f"its content type is {old}")
    document = parse_json_object(body)
    if document.get("schemaVersion") != 2:
        raise ValueError("it is not a manifest of schema version 2")
    kind = _kind(_plain(media_type), document)
    if kind in _INDEXES:
        return Manifest(digest, kind, True, entries=_entries(document))
    layers = [_descriptor(layer) for layer in _list(document, "layers")]
    return Manifest(
        digest,
        kind,
        False,
        config_digest=_descriptor(document["config"])[0],
        size_bytes=sum(size for _, size in layers),
    )


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _kind(media_type: str, document: Document) -> str:
    """Return the media type that body and Content-Type agree on; one that can be read both ways is refused."""
    is_index, is_manifest = "manifests" in document, "config" in document or "layers" in document
    if is_index == is_manifest:
        raise ValueError("it is both an index and a manifest" if is_index else "it is neither an index nor a manifest")
    written = document.get("mediaType") or ""
    kind = media_type if media_type in MEDIA_TYPES else written
    if kind not in MEDIA_TYPES:
        kind = OCI_INDEX if is_index else OCI_MANIFEST
    if (kind in _INDEXES) != is_index or written not in ("", kind):
        raise ValueError("its content type and its content differ")
    if is_manifest and "config" not in document:
        raise ValueError("it names no image configuration")
    return str(kind)


def _entries(document: Document) -> tuple[Entry, ...]:
    found = (_entry(item) for item in _list(document, "manifests"))
    return tuple(entry for entry in found if entry is not None)


def _entry(item: Any) -> Entry | None:
    digest, size = _descriptor(item)
    annotations, platform = item.get("annotations"), item.get("platform")
    if item.get("mediaType") in (OCI_INDEX, DOCKER_LIST) or (
        isinstance(annotations, dict) and _ATTESTATION in annotations
    ):
        return None
    known = Platform.of(platform) if isinstance(platform, dict) else None
    return None if known is not None and known.is_unknown else Entry(digest, known, size)


def _descriptor(item: Any) -> tuple[str, int]:
    """Return digest and size of a content descriptor."""
    digest, size = (item.get("digest"), item.get("size", 0)) if isinstance(item, dict) else (None, 0)
    if not isinstance(digest, str) or not is_digest(digest):
        raise ValueError("it lists something without a digest")
    if not isinstance(size, int) or size < 0:
        raise ValueError("it lists something without a size")
    return digest, size


def _list(document: Document, key: str) -> list[Any]:
    value = document.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"its {key} are not a list")
    return value
