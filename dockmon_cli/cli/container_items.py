"""Containers as items."""

from __future__ import annotations

from typing import Any

from dockmon_cli.core.containers import Container


def head(container: Container | None) -> dict[str, Any]:
    """What an item about a container begins with; all null where nobody lists it."""
    return {
        "key": container.key if container else None,
        "host": container.host if container else None,
        "name": container.name if container else None,
        "identity": container.identity if container else None,
    }
