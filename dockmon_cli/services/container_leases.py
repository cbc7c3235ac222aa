"""The leases of several containers at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from dockmon_cli.ports.lock import Leases, container_lease


@contextmanager
def held_together(leases: Leases, host_id: str, identities: Iterable[str]) -> Iterator[bool]:
    """Hold the leases of all these containers of a host, or none; the block gets True if they are held.

    All take them in the same order, and nobody waits for one.
    """
    with ExitStack() as stack:
        names = (container_lease(host_id, identity) for identity in sorted(identities))
        yield all(stack.enter_context(leases.try_hold(name)) for name in names)
