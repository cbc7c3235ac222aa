"""Containers that are known from the journal alone: what a TARGET meant that nothing answers to any more.

An operation is about its own container and about all others that were members of its group.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Ambiguous
from dockmon_cli.core.operation import Operation


def names_in(target: str) -> tuple[str, ...]:
    """Given a TARGET, return what its container or identity may have been called: all of it, or what follows a host."""
    return tuple(dict.fromkeys(part for part in (target, target.partition("/")[2]) if part))


@dataclass(frozen=True, slots=True)
class Known:
    """One container of an operation, as it was called then."""

    host_id: str
    host: str
    identity: str
    name: str


def known_in(row: Operation) -> tuple[Known, ...]:
    """Given an operation, return the containers that it is about, its own first, also where its plan can't be read."""
    members = (Known(row.host_id, row.host, str(m["identity"]), str(m["name"])) for m in stored_members(row.plan))
    own = Known(row.host_id, row.host, row.identity, row.name)
    return tuple({known.identity: known for known in (own, *members)}.values())


def identities(row: Operation) -> tuple[str, ...]:
    """The identities of all containers that an operation is about, also where its plan can't be read."""
    return tuple(known.identity for known in known_in(row))


def stored_members(plan: Document) -> list[Document]:
    """Given the plan in a journal row, of whichever version, return the plans of its containers as they are stored."""
    found = listed_members(plan)
    return [member for member in found if isinstance(member, dict) and member.get("identity") and member.get("name")]


def listed_members(plan: Document) -> Sequence[Document]:
    """The same, whatever stands there; the first versions stored the plan of one container."""
    members = plan.get("members")
    return members if isinstance(members, list) else [plan]


def meant_by(target: str, known: Sequence[Known], hosts: Collection[str] = ()) -> tuple[str, str] | None:
    """Given a TARGET and different containers, return the (host_id, identity) of the one that it names, or None.

    `hosts` narrow it to these hosts' names, where there are any. Raise Ambiguous where several containers were
    called so.
    """
    found = {
        (each.host_id, each.identity): f"{each.host}/{each.identity}"
        for each in known
        if target in _words(each) and (not hosts or each.host in hosts)
    }
    if len(found) > 1:
        message = f"{target} could be any of: {', '.join(sorted(found.values()))}"
        raise Ambiguous(message, "name one of them", target=target)
    return next(iter(found), None)


def _words(known: Known) -> tuple[str, ...]:
    """What names a container: its name and its identity, alone and with the host."""
    return (known.name, known.identity, f"{known.host}/{known.name}", f"{known.host}/{known.identity}")
