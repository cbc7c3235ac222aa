"""What `GET /version` and `GET /info` say, as facts that decisions need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "armv6l": "arm", "i686": "386", "i386": "386"}
_VARIANTS = {"armv7l": "v7", "armv6l": "v6"}


def to_engine_info(
    version: Document,
    info: Document,
    api_version: str,
    access: Literal["full", "read_only"],
    images: Sequence[Document] = (),
) -> EngineInfo:
    """Given both documents, the negotiated API and what a proxy allows, return the engine's facts.

    Where a proxy keeps `/info` back, `info` is empty: the engine's ID and its registries are then unknown, and the
    list of its `images` shows which store it has.
    """
    machine = str(version.get("Arch") or info.get("Architecture") or "")
    registries = info.get("RegistryConfig") or {}
    return EngineInfo(
        engine_id=str(info.get("ID") or ""),
        version=str(version.get("Version") or info.get("ServerVersion") or ""),
        api_version=api_version,
        os=str(version.get("Os") or info.get("OSType") or "linux"),
        architecture=_ARCHITECTURES.get(machine, machine),
        variant=_VARIANTS.get(str(info.get("Architecture")), ""),
        image_store="containerd" if _has_snapshotter(info) or _names_manifests(images) else "graph",
        is_podman=is_podman(version),
        access=access,
        insecure_registries=tuple(sorted(_insecure_names(registries))),
        insecure_cidrs=tuple(registries.get("InsecureRegistryCIDRs") or ()),
    )


def is_podman(version: Document) -> bool:
    """True if the engine behind the compatible socket is Podman."""
    names = [str(part.get("Name", "")) for part in version.get("Components") or () if isinstance(part, dict)]
    return any("podman" in name.lower() for name in names)


def _has_snapshotter(info: Document) -> bool:
    pairs = [list(map(str, pair)) for pair in info.get("DriverStatus") or () if isinstance(pair, list)]
    return ["driver-type", "io.containerd.snapshotter.v1"] in pairs


def _names_manifests(images: Sequence[Document]) -> bool:
    """True if an image's ID is one of its digests: no image of a graph driver has such an ID."""
    return any(str(name).endswith(f"@{image['Id']}") for image in images for name in image.get("RepoDigests") or ())


def _insecure_names(registries: Any) -> list[str]:
    indexes = registries.get("IndexConfigs") or {}
    return [name for name, index in indexes.items() if isinstance(index, dict) and index.get("Secure") is False]
