"""Leases: what only one process on this machine does at a time."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol

from dockmon_cli.core.reference import InvalidReference, Reference


class Leases(Protocol):
    """Hands out leases by name; whoever dies gives back what it held, at once.

    A lease is held until its `with` block is left. It is not re-entrant: a second hold of the same name is refused
    in the same process too. Both raise StoreError when nobody can tell who holds it.
    """

    def try_hold(self, name: str) -> AbstractContextManager[bool]:
        """Take the lease if it is free. The block gets True if it was taken, False if somebody holds it."""

    def hold(self, name: str, *, deadline_s: float) -> AbstractAsyncContextManager[bool]:
        """Wait up to `deadline_s` seconds for the lease. The block gets True if it was taken, else False."""


def container_lease(host_id: str, identity: str) -> str:
    """Return the lease's name for "one operation at a time" on a container."""
    return f"container {host_id} {identity}"


def tag_lease(host_id: str, reference: str) -> str:
    """Return the lease's name for "one move of this tag at a time" on a host, however it is written."""
    try:
        return f"tag {host_id} {Reference.parse(reference)}"
    except InvalidReference:
        return f"tag {host_id} {reference}"
