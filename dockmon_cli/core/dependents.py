"""Who is bound to a container by its ID, so that recreating it alone would leave them with a dead one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockmon_cli.core.documents import Document

SHARED = ("NetworkMode", "IpcMode", "PidMode")
SHORTEST_ID = 12


def bound_to(container: Document, others: Iterable[Document]) -> tuple[str, ...]:
    """Given a container's inspect document and those of its host, return the names of the ones bound to it."""
    return tuple(_name(other) for other in others if other["Id"] != container["Id"] and _is_bound(other, container))


def _is_bound(other: Document, container: Document) -> bool:
    by_name, by_id = _name(container), str(container["Id"])
    return any(target == by_name or _names_id(target, by_id) for target in _held(other["HostConfig"])) or any(
        # By name it finds the successor, which has the same volumes.
        _names_id(str(entry).partition(":")[0], by_id)
        for entry in other["HostConfig"].get("VolumesFrom") or []
    )


def _held(host_config: Document) -> Iterator[str]:
    """The containers whose namespaces are shared, by name or ID, and those linked to."""
    for key in SHARED:
        mode = str(host_config.get(key) or "")
        if mode.startswith("container:"):
            yield mode.removeprefix("container:")
    for link in host_config.get("Links") or []:
        # `/db:/web/database`: shown by name, held by ID. Without it even `docker exec` fails in the one that links.
        yield str(link).partition(":")[0].removeprefix("/")


def _names_id(target: str, full_id: str) -> bool:
    return len(target) >= SHORTEST_ID and full_id.startswith(target)


def _name(container: Document) -> str:
    return str(container["Name"]).removeprefix("/")
