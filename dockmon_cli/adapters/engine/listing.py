"""The engine's container list as containers of ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from dockmon_cli.core.containers import Container, Port
from dockmon_cli.core.documents import Document
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.status_text import parse_status_text

# Podman has states of its own beside Docker's.
_STATUS = {"configured": "created", "initialized": "created", "stopped": "exited", "stopping": "running"}


def to_container(row: Document, host: Host, now: datetime) -> Container:
    """Given one row of `GET /containers/json`, the host it came from and when, return the container."""
    told = parse_status_text(str(row.get("Status") or ""), now)
    state = str(row.get("State") or "").lower()
    created_at = datetime.fromtimestamp(int(row.get("Created") or 0), UTC)
    return Container(
        host_id=host.host_id,
        host=host.name,
        id=row["Id"],
        name=_name(row),
        image=str(row.get("Image") or ""),
        image_id=str(row.get("ImageID") or ""),
        status=_STATUS.get(state, state),
        created_at=created_at,
        labels=row.get("Labels") or {},
        since=created_at if state == "created" else told.since,
        exit_code=told.exit_code,
        health=told.health or _health(row),
        ports=tuple(_ports(row.get("Ports") or ())),
        manifest_digest=(row.get("ImageManifestDescriptor") or {}).get("digest"),
    )


def _name(row: Document) -> str:
    """A container linked to by others has their aliases among its names, each with a second slash."""
    names = [str(name).removeprefix("/") for name in row.get("Names") or ()]
    own = [name for name in names if "/" not in name]
    return (own or names or [row["Id"][:12]])[0]


def _health(row: Document) -> str | None:
    """Docker 28 tells health beside the text as well; `none` is its word for "nothing checks"."""
    health = row.get("Health")
    status = health.get("Status") if isinstance(health, dict) else None
    return status if status in ("healthy", "unhealthy", "starting") else None


def _ports(rows: Iterable[Any]) -> list[Port]:
    ports = {
        Port(int(row.get("PrivatePort") or 0), str(row.get("Type") or "tcp"), row.get("PublicPort"), row.get("IP"))
        for row in rows
    }
    return sorted(ports, key=lambda port: (port.private, port.protocol, port.public or 0, port.ip or ""))
