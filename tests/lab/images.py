"""Test images as documents: configurations, manifests and indexes, in Docker's spelling and in OCI's.

Everything here is pure: bytes in, bytes out. `push` sends them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.lab import layers
from tests.lab.layers import Layer, digest_of

Spelling = Literal["oci", "docker"]

CREATED = "2024-01-01T00:00:00Z"
MANIFEST = {
    "oci": "application/vnd.oci.image.manifest.v1+json",
    "docker": "application/vnd.docker.distribution.manifest.v2+json",
}
INDEX = {
    "oci": "application/vnd.oci.image.index.v1+json",
    "docker": "application/vnd.docker.distribution.manifest.list.v2+json",
}
CONFIG = {
    "oci": "application/vnd.oci.image.config.v1+json",
    "docker": "application/vnd.docker.container.image.v1+json",
}
LAYER = {
    "oci": "application/vnd.oci.image.layer.v1.tar+gzip",
    "docker": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}
ATTESTED = "vnd.docker.reference"


@dataclass(frozen=True)
class Document:
    """A manifest, index or configuration, ready to be sent."""

    media_type: str
    data: bytes
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of the exact bytes."""
        return digest_of(self.data)

    def descriptor(self) -> dict[str, Any]:
        """Return how another document refers to this one."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.data), **self.extra}


@dataclass(frozen=True)
class Image:
    """One image for one platform: its manifest and what that refers to."""

    platform: str
    manifest: Document
    config: Document
    layers: tuple[Layer, ...]


def build(platform: str, config: Mapping[str, Any], stack: Sequence[Layer], spelling: Spelling) -> Image:
    """Return the image of LAYERS in STACK with the settings CONFIG, for PLATFORM (`os/architecture[/variant]`)."""
    document = {
        **_platform(platform),
        "created": CREATED,
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": layers.names(stack)},
        "history": [{"created": CREATED, "created_by": "dockmon lab"} for _ in stack],
    }
    settings_blob = Document(CONFIG[spelling], _json(document))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST[spelling],
        "config": settings_blob.descriptor(),
        "layers": [_describe(layer, spelling) for layer in stack],
    }
    extra = {"platform": _platform(platform)}
    return Image(platform, Document(MANIFEST[spelling], _json(manifest), extra), settings_blob, tuple(stack))


def attestation(subject: Image, seed: str) -> Image:
    """Return what build tools put beside an image: a manifest for `unknown/unknown` that vouches for SUBJECT."""
    statement = layers.content(f"attestation {seed}", {}, 0)
    image = build("unknown/unknown", {}, [statement], "oci")
    notes = {f"{ATTESTED}.type": "attestation-manifest", f"{ATTESTED}.digest": subject.manifest.digest}
    extra = {**image.manifest.extra, "annotations": notes}
    manifest = Document(image.manifest.media_type, image.manifest.data, extra)
    return Image(image.platform, manifest, image.config, image.layers)


def index(images: Sequence[Image], spelling: Spelling) -> Document:
    """Return the index (OCI) or manifest list (Docker) of IMAGES."""
    entries = [image.manifest.descriptor() for image in images]
    document = {"schemaVersion": 2, "mediaType": INDEX[spelling], "manifests": entries}
    return Document(INDEX[spelling], _json(document))


def _describe(layer: Layer, spelling: Spelling) -> dict[str, Any]:
    return {"mediaType": LAYER[spelling], "digest": layer.digest, "size": len(layer.data)}


def _platform(platform: str) -> dict[str, str]:
    return dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=2).encode()
