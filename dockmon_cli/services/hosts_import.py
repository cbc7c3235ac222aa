"""`hosts import`: take over what docker's contexts name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dockmon_cli.core.errors import DockmonError, UsageError
from dockmon_cli.core.hosts import Endpoint, Host, find_host
from dockmon_cli.services.hosts import HostDesk, Looked, Looks, add, look


async def import_contexts(desk: HostDesk, names: Sequence[str], *, check: bool) -> Looks:
    """Save each context as a host, as `add` would; one that fails is a problem and the others go on.

    A host of that name and URL is left as it is. Raise NotFound for a context that is not there.
    """
    endpoints = desk.docker.contexts(names)
    notes = () if endpoints else ("docker has no contexts but `default`",)
    looks = Looks((), notes=notes)
    for endpoint in endpoints:
        looks = _both(looks, await _import(desk, endpoint, check=check))
    return looks


async def _import(desk: HostDesk, endpoint: Endpoint, *, check: bool) -> Looks:
    name = host_name(endpoint.name)
    try:
        if endpoint.problem:
            raise UsageError(f"the context {endpoint.name} can't be taken over: {endpoint.problem}", host=name)
        wanted = Host("", name, endpoint.url, endpoint.tls)
        if _is_there(desk, wanted):
            there = await look(desk, [name]) if check else Looks((Looked(find_host(name, desk.configured())),))
            return _both(there, Looks((), notes=(f"{name} is there already",)))
        return await add(desk, wanted, check=check)
    except DockmonError as error:
        error.host = error.host or name
        return Looks((), (error,))


def host_name(context: str) -> str:
    """Given a context's name, return the nearest that a host can have."""
    return re.sub(r"[^a-z0-9._-]", "-", context.lower()).lstrip("._-")


def _is_there(desk: HostDesk, wanted: Host) -> bool:
    return any(host.name == wanted.name and host.url == wanted.url for host in desk.configured())


def _both(left: Looks, right: Looks) -> Looks:
    return Looks((*left.hosts, *right.hosts), (*left.problems, *right.problems), (*left.notes, *right.notes))
