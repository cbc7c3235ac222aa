"""Containers that a command can name though nobody lists them now: by host and identity, as lists show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockmon_cli.core.errors import DockmonError, HostError, NotFound
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.targets import host_part

Place = tuple[str, str]
"""A host_id and an identity."""


def place_of(target: str, hosts: Sequence[Host]) -> Place | None:
    """Given a TARGET such as `nas/shop/web/1`, return the place it can mean, or None where it names no host."""
    name, identity = host_part(target, hosts), target.partition("/")[2]
    host = next((host for host in hosts if host.name == name), None)
    return (host.host_id, identity) if host and identity else None


def target_of(place: Place, hosts: Sequence[Host]) -> str:
    """Given a place, return the words that `place_of` reads; a host that is gone is told by its host_id."""
    host_id, identity = place
    return f"{next((host.name for host in hosts if host.host_id == host_id), host_id)}/{identity}"


def unsettled(problems: Sequence[DockmonError], settled: Mapping[str, bool]) -> tuple[DockmonError, ...]:
    """Given what could not be found and which TARGETs the store knew, return the problems that are still some."""

    def is_settled(problem: DockmonError) -> bool:
        if isinstance(problem, NotFound):
            return settled.get(problem.target or "", False)
        return isinstance(problem, HostError) and bool(settled) and all(settled.values())

    return tuple(problem for problem in problems if not is_settled(problem))
