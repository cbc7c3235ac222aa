"""Leases in memory: held by tasks of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

LOOK_EVERY_S = 0.005


class MemoryLeases:
    """Implements `ports.lock.Leases`; a test may put names into `held` as if another process held them."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    @contextmanager
    def try_hold(self, name: str) -> Iterator[bool]:
        if name in self.held:
            yield False
            return
        self.held.add(name)
        try:
            yield True
        finally:
            self.held.discard(name)

    @asynccontextmanager
    async def hold(self, name: str, *, deadline_s: float) -> AsyncIterator[bool]:
        for _ in range(int(deadline_s / LOOK_EVERY_S)):
            if name not in self.held:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        with self.try_hold(name) as held:
            yield held
