"""Containers that are known from the journal alone: what a TARGET meant that nothing answers to any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dockmon_cli.core.errors import Ambiguous
from dockmon_cli.core.operation import Operation


def names_in(target: str) -> tuple[str, ...]:
    """Given a TARGET, return what its container or identity may have been called: all of it, or what follows a host."""
    return tuple(dict.fromkeys(part for part in (target, target.partition("/")[2]) if part))


def meant_by(target: str, rows: Sequence[Operation], hosts: Collection[str] = ()) -> tuple[str, str] | None:
    """Given a TARGET and rows of different containers, return the (host_id, identity) that it names, or None.

    `hosts` narrow it to these hosts' names, where there are any. Raise Ambiguous where several containers were
    called so.
    """
    found = {
        (row.host_id, row.identity): f"{row.host}/{row.identity}"
        for row in rows
        if target in _words(row) and (not hosts or row.host in hosts)
    }
    if len(found) > 1:
        message = f"{target} could be any of: {', '.join(sorted(found.values()))}"
        raise Ambiguous(message, "name one of them", target=target)
    return next(iter(found), None)


def _words(row: Operation) -> tuple[str, ...]:
    """What names the container of a row: its name and its identity, alone and with the host."""
    return (row.name, row.identity, f"{row.host}/{row.name}", f"{row.host}/{row.identity}")
