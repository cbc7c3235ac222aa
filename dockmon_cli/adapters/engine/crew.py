"""A bounded pool of daemon threads for the calls of one host.

Daemon threads, because a host that hangs must not hold up the end of the program; a pool for each host, because
a host that hangs may fill its own pool only. `concurrent.futures` waits for its threads at exit and can't be used.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

from dockmon_cli.adapters.engine.line import Line, use_line

T = TypeVar("T")
SIZE = 16


class _Job:
    """One call on its way through the pool; its outcome is handed to the event loop that asked."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.line = Line()
        self.loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self.loop.create_future()
        self.since = time.monotonic()
        self.has_begun = False
        self.timer: asyncio.TimerHandle | None = None
        self._work = work

    def run(self) -> None:
        if self.line.is_cut:
            return
        self.since, self.has_begun = time.monotonic(), True
        use_line(self.line)
        try:
            answer = self._work()
        except BaseException as error:  # noqa: BLE001 - nothing is swallowed: it is raised where `run` waits
            self._hand_over(self._fail, error)
        else:
            self._hand_over(self._succeed, answer)
        finally:
            use_line(None)
            self.line.release()

    def _hand_over(self, tell: Callable[[Any], None], what: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(tell, what)

    def _succeed(self, answer: Any) -> None:
        if not self.outcome.done():
            self.outcome.set_result(answer)

    def _fail(self, error: BaseException) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


class Crew:
    """Up to `size` threads, started as they are needed."""

    def __init__(self, name: str, size: int = SIZE) -> None:
        self._name = name
        self._size = size
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running: set[_Job] = set()
        self._answered = 0.0

    async def run(self, work: Callable[[], T], deadline_s: float) -> T:
        """Do `work` in a thread and return its answer, or raise what it raises.

        Raise TimeoutError when `deadline_s` passes first. Then, and when cancelled, the sockets it used are shut.
        The time that it waits for a thread does not count while others get answers: a slow host is not a lost one.
        """
        job = _Job(work)
        self._running.add(job)
        self._staff()
        self._jobs.put(job)
        self._watch(job, deadline_s)
        try:
            return await job.outcome  # type: ignore[no-any-return]
        except (TimeoutError, asyncio.CancelledError):
            job.line.cut()
            raise
        finally:
            self._running.discard(job)
            if job.timer is not None:
                job.timer.cancel()

    def close(self) -> None:
        """Cut off what runs and send the threads home; returns at once."""
        for job in tuple(self._running):
            job.line.cut()
        for _ in self._threads:
            self._jobs.put(None)

    def _watch(self, job: _Job, deadline_s: float) -> None:
        """Give up on it when its time is over; look again when it would be, had nothing come between."""
        since = job.since if job.has_begun else max(job.since, self._answered)
        left = since + deadline_s - time.monotonic()
        if left > 0:
            job.timer = job.loop.call_later(left, self._watch, job, deadline_s)
        elif not job.outcome.done():
            job.outcome.set_exception(TimeoutError())

    def _staff(self) -> None:
        if len(self._threads) < min(self._size, len(self._running)):
            thread = threading.Thread(target=self._work, name=f"engine {self._name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            if not job.line.is_cut:
                self._answered = time.monotonic()
