"""Anonymous volumes: the successor mounts the same ones, by name."""

from __future__ import annotations

import posixpath
import re

from dockmon_cli.core.documents import Document

_DRAWN = re.compile("[0-9a-f]{64}")


def keep_volumes(old: Document, host_config: Document) -> None:
    """Given an inspect document, change `host_config` so that every anonymous volume is mounted again.

    Whatever asked for it without a name (an entry of HostConfig.Mounts, compose's `volumes: [/x]`, or a bind of
    one part) gets the name in place; any other (the image's VOLUME, `-v /x`) becomes a bind by name. Never two
    for one place: the engine answers 400. What is mounted through VolumesFrom stays there.
    """
    volumes = {_at(mount["Destination"]): mount for mount in old.get("Mounts") or [] if mount.get("Type") == "volume"}
    binds = [_named(bind, volumes) for bind in host_config.get("Binds") or []]
    mounts = host_config.get("Mounts") or []
    for mount in mounts:
        if mount.get("Type") == "volume" and not mount.get("Source") and _at(mount["Target"]) in volumes:
            mount["Source"] = volumes[_at(mount["Target"])]["Name"]
    taken = {_bind_target(bind) for bind in binds} | {_at(mount["Target"]) for mount in mounts}
    left = [target for target in volumes if target not in taken and not _is_borrowed(target, old)]
    binds += [_bind(volumes[target], target) for target in left]
    if binds:
        host_config["Binds"] = binds


def anonymous_volumes(container: Document) -> frozenset[str]:
    """Given an inspect document, return the names, which engines drew, of the volumes that are this container's own."""
    mounts = [mount for mount in container.get("Mounts") or [] if mount.get("Type") == "volume"]
    own = [mount["Name"] for mount in mounts if not _is_borrowed(_at(mount["Destination"]), container)]
    return frozenset(name for name in own if _DRAWN.fullmatch(name))


def _at(path: str) -> str:
    """The place in the container: images and users write `/data/` or even `data` for `/data`."""
    return posixpath.normpath("/" + path.lstrip("/"))


def _named(bind: str, volumes: dict[str, Document]) -> str:
    target = _bind_target(bind)
    return _bind(volumes[target], target) if ":" not in bind and target in volumes else bind


def _bind_target(bind: str) -> str:
    """`source:target[:mode]`, or a target alone; neither volumes' names nor the engine's paths hold a colon."""
    parts = bind.split(":")
    return _at(parts[1] if len(parts) > 1 else parts[0])


def _bind(mount: Document, target: str) -> str:
    return f"{mount['Name']}:{target}" + ("" if mount.get("RW", True) else ":ro")


def _is_borrowed(target: str, old: Document) -> bool:
    """True where nothing but VolumesFrom can have put a volume there."""
    declared = {_at(path) for path in old["Config"].get("Volumes") or {}}
    return bool(old["HostConfig"].get("VolumesFrom")) and target not in declared
