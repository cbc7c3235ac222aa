"""Ending a run early: nothing new starts, a pull is broken off, a swap under way goes to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Literal

from dockmon_cli.core.swap_failure import StepFailed

Why = Literal["timeout", "interrupted"]


class Stopped(StepFailed):
    """A pull was broken off because the run ends."""

    def __init__(self, why: Why):
        super().__init__(why, "the time for the whole run is over" if why == "timeout" else "the run was interrupted")


class Stop:
    """Says whether a run is to end, and why. The first reason given stays."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.why: Why | None = None

    def __bool__(self) -> bool:
        return self._event.is_set()

    def ask(self, why: Why) -> None:
        """Ask the run to end."""
        self.why = self.why or why
        self._event.set()

    async def breaks(self, work: Awaitable[None]) -> None:
        """Do some work that may be broken off at any moment. Raise Stopped if it was."""
        task = asyncio.ensure_future(work)
        waiter = asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Stopped(self.why or "interrupted")
            await task
        finally:
            waiter.cancel()
            task.cancel()
            await asyncio.gather(task, waiter, return_exceptions=True)
