"""What the configuration of an image says; a registry may send anything in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockmon_cli.core.documents import Document

VERSION_LABEL = "org.opencontainers.image.version"

LONGEST_LABEL = 256
"""Labels are shown and stored as far as this."""

_SETTINGS = (
    "ArgsEscaped", "Cmd", "Entrypoint", "Env", "ExposedPorts", "Healthcheck", "Labels", "OnBuild", "Shell",
    "StopSignal", "User", "Volumes", "WorkingDir",
)  # fmt: skip


def settings_in(config: Document) -> Document:
    """Given a configuration blob, return the settings in it (`Env`, `Cmd`, …) that have the shape they should."""
    found = config.get("config")
    return {key: value for key, value in found.items() if _fits(key, value)} if isinstance(found, dict) else {}


def label(settings: Mapping[str, Any], name: str) -> str | None:
    """Given settings, return one label, cut to a length that can be shown; None where there is none."""
    value = (settings.get("Labels") or {}).get(name)
    return value[:LONGEST_LABEL] if isinstance(value, str) and value else None


def same_content(image: Document, config: Document) -> bool:
    """Given the engine's image document and a configuration blob, tell whether both are of the same image.

    They are if they have the same layers and the same settings; empty and absent are the same.
    """
    rootfs = config.get("rootfs")
    layers = (image.get("RootFS") or {}).get("Layers")
    if not layers or not isinstance(rootfs, dict) or layers != rootfs.get("diff_ids"):
        return False
    mine, theirs = image.get("Config") or {}, settings_in(config)
    return all((mine.get(key) or None) == (theirs.get(key) or None) for key in _SETTINGS)


_SHAPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("Env", "OnBuild", "Shell"), list),
    **dict.fromkeys(("Cmd", "Entrypoint"), (list, str)),
    **dict.fromkeys(("ExposedPorts", "Healthcheck", "Labels", "Volumes"), dict),
    **dict.fromkeys(("StopSignal", "User", "WorkingDir"), str),
}


def _fits(key: str, value: Any) -> bool:
    shape = _SHAPES.get(key)
    if shape is None or value is None:
        return True
    members = value if isinstance(value, list) else ()
    return isinstance(value, shape) and all(isinstance(member, str) for member in members)
