"""A clock, an engine and a journal in memory, at whose every move others may act and the process may die."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import HostError, StoreError
from dockmon_cli.core.operation import Operation
from tests.fakes.engine import NOW, FakeEngine
from tests.fakes.store import MemoryJournal

READS = frozenset({"info", "containers", "inspect", "inspect_image", "tags", "changes", "size_rw", "logs", "file_info",
    "read_file"})  # fmt: skip


class Moments(Protocol):
    """Where the moments pass; while `is_cut`, the engine can't be reached at the next call."""

    is_cut: bool

    def tick(self, what: str) -> None: ...


class Death(BaseException):
    """The process is gone: nothing catches this."""


class Time:
    """Implements `ports.clock.Clock`: sleeping takes no time, and lets others act."""

    def __init__(self, scene: Moments):
        self._scene = scene
        self._seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self._seconds += seconds
        self._scene.tick("sleep")
        await asyncio.sleep(0)


class Engine(FakeEngine):
    """The fake, which also removes `--rm` containers when they stop and refuses to rename or stop what is gone."""

    def __init__(self, scene: Moments):
        super().__init__()
        self._scene = scene

    def _log(self, verb: str, *arguments: str) -> Callable[[], None]:
        if verb not in READS:
            self._scene.tick(f"before {verb}")
        if self._scene.is_cut:
            self._scene.is_cut = False
            raise HostError("refused", "connection refused")
        if verb in READS:
            return super()._log(verb, *arguments)
        then = super()._log(verb, *arguments)

        def after() -> None:
            for document in [d for d in self.documents.values() if _is_to_vanish(d)]:
                del self.documents[document["Id"]]
            self._scene.tick(f"after {verb}")
            then()

        return after


def _is_to_vanish(document: Document) -> bool:
    return bool(document["HostConfig"].get("AutoRemove")) and document["State"]["Status"] == "exited"


class Journal(MemoryJournal):
    """The fake, at whose every line the process may die, before it is written or after.

    Rows are kept as they are: what JSON makes of them is shown elsewhere, and takes nine tenths of the time.
    """

    def __init__(self, scene: Moments):
        super().__init__()
        self._scene = scene

    def save_operation(self, operation: Operation) -> None:
        self._scene.tick("before a line")
        if self.full:
            raise StoreError("the store can't be written: the disk is full", "free some space")
        self.rows[operation.op] = operation
        self._scene.tick("after a line")
