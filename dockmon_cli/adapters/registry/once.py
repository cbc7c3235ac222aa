"""Work that is done once a run, however many ask for it and however concurrently."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from dockmon_cli.adapters.registry.again import fresh
from dockmon_cli.core.errors import RegistryError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """Remembers one result, or one failure, for each key."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return the result of the first `work` given for this key; raise what it raised.

        A caller that is cancelled leaves the work running for the others.
        """
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(work())
            task.add_done_callback(_look_at)
        try:
            return await asyncio.shield(task)
        except RegistryError as error:
            raise fresh(error) from error

    async def close(self) -> None:
        """Cancel what is still under way."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _look_at(task: asyncio.Task[Any]) -> None:
    """Take the failure of a task whose callers are all gone, so that asyncio does not complain about it."""
    if not task.cancelled():
        task.exception()
