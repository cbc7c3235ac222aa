"""Hosts as items and as text."""

from __future__ import annotations

from typing import Any

from dockmon_cli.cli.output import Column, Item
from dockmon_cli.core.documents import encode
from dockmon_cli.services.hosts import Looked

COLUMNS = (
    Column("NAME", "name"),
    Column("STATE", "state", state=True),
    Column("ACCESS", "access", state=True),
    Column("VERSION", "version"),
    Column("ORIGIN", "origin"),
    Column("HOST_ID", "host_id", wide=True),
    Column("ENGINE_ID", "engine_id", wide=True),
    Column("URL", "url"),
)


def item(looked: Looked) -> dict[str, Any]:
    """One host as every command of `hosts` shows it; what it did not say is null."""
    host, info = looked.host, looked.info
    return {
        "name": host.name, "url": host.url, "host_id": host.host_id,
        "state": "fresh" if info else "unknown",
        "access": info and info.access,
        "engine_id": (info and info.engine_id) or None,
        "version": (info and info.version) or None,
        "read_at": looked.read_at,
        "origin": host.origin,
    }  # fmt: skip


def shown(looked: Looked) -> dict[str, Any]:
    """One host whole, as `hosts show` does."""
    host, info = looked.host, looked.info
    engine = {
        "kind": "podman" if info.is_podman else "docker", "api_version": info.api_version, "os": info.os,
        "architecture": info.architecture, "variant": info.variant or None, "image_store": info.image_store,
        "insecure_registries": [*info.insecure_registries, *info.insecure_cidrs],
    } if info else None  # fmt: skip
    more = {"tls": encode(host.tls), "ssh_key": host.ssh_key, "ssh_host_key": host.ssh_host_key, "engine": engine}
    return {**item(looked), **more}


def text(shown_item: Item) -> str:
    """The item for people: one line a fact, what is not there left out."""
    tls = {f"tls_{part}": path for part, path in (shown_item["tls"] or {}).items()}
    flat = {**shown_item, **tls, **(shown_item["engine"] or {})}
    lines = [(key, value) for key, value in flat.items() if value not in (None, []) and not isinstance(value, dict)]
    width = max(len(key) for key, _ in lines)
    return "\n".join(f"{key:<{width}}  {_words(value)}" for key, value in lines)


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(encode(value))
