"""Small true documents of images: configurations, manifests, indexes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dockmon_cli.core import manifest as m

Spelling = Literal["oci", "docker"]
_CONFIG_TYPES = {
    "oci": "application/vnd.oci.image.config.v1+json",
    "docker": "application/vnd.docker.container.image.v1+json",
}
_MANIFEST_TYPES = {"oci": m.OCI_MANIFEST, "docker": m.DOCKER_MANIFEST}
_INDEX_TYPES = {"oci": m.OCI_INDEX, "docker": m.DOCKER_LIST}
LAYER_SIZE = 1000


@dataclass(frozen=True)
class Blob:
    """Bytes with their digest and type."""

    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return m.digest_of(self.body)

    def descriptor(self, **more: Any) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.body)} | more


@dataclass(frozen=True)
class Image:
    """What a tag answers (`top`), the manifest of each platform and its configuration, and what lies beside them."""

    top: Blob
    manifests: Mapping[str, Blob]
    configs: Mapping[str, Blob]
    others: Sequence[Blob] = field(default=())


def image(
    *,
    platforms: Sequence[str] = ("linux/amd64",),
    index: Literal[False] | Spelling = False,
    spelling: Spelling = "oci",
    attestation: bool = False,
    seed: str = "",
    config: Mapping[str, Any] | None = None,
) -> Image:
    """Given what an image shall be, return its documents. Another `seed` gives another image."""
    kind = index or spelling
    configs = {platform: _config(platform, kind, seed, config or {}) for platform in platforms}
    manifests = {platform: _manifest(blob, kind, seed) for platform, blob in configs.items()}
    if not index:
        (only,) = manifests.values()
        return Image(only, manifests, configs)
    entries = [blob.descriptor(platform=_platform(platform)) for platform, blob in manifests.items()]
    vouching = (
        [_manifest(_config("unknown/unknown", kind, name, {}), kind, seed) for name in manifests] if attestation else []
    )
    entries += [blob.descriptor(platform=_platform("unknown/unknown")) for blob in vouching]
    top = _blob(_INDEX_TYPES[index], {"schemaVersion": 2, "mediaType": _INDEX_TYPES[index], "manifests": entries})
    return Image(top, manifests, configs, vouching)


def _config(platform: str, kind: Spelling, seed: str, config: Mapping[str, Any]) -> Blob:
    rootfs = {"type": "layers", "diff_ids": [m.digest_of(f"layer {seed}".encode())]}
    return _blob(_CONFIG_TYPES[kind], _platform(platform) | {"config": dict(config), "rootfs": rootfs})


def _manifest(config: Blob, kind: Spelling, seed: str) -> Blob:
    layer = {"mediaType": "layer", "digest": m.digest_of(f"packed {seed}".encode()), "size": LAYER_SIZE}
    document = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPES[kind],
        "config": config.descriptor(),
        "layers": [layer],
    }
    return _blob(_MANIFEST_TYPES[kind], document)


def _platform(text: str) -> dict[str, str]:
    return dict(zip(("os", "architecture", "variant"), text.split("/"), strict=False))


def _blob(media_type: str, document: Mapping[str, Any]) -> Blob:
    return Blob(media_type, json.dumps(document, sort_keys=True).encode())
