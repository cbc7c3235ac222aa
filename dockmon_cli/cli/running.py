"""Run a long command so that it can be ended early: by Ctrl-C, SIGTERM, or the time-out of the whole run."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from dockmon_cli.cli.output import say
from dockmon_cli.services.stopping import Stop

T = TypeVar("T")
ON_RECORD = "`dockmon update recover` finishes what was under way"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""A terminal that goes away ends a run as Ctrl-C does: a swap under way is brought to its end."""


def run_until_stopped(work: Callable[[Stop], Awaitable[T]], *, timeout_s: float | None, left: str = "") -> T:
    """Do the work and return its value.

    The first signal, or the end of `timeout_s`, asks it to stop: nothing new starts and what runs is brought to its
    end. A second signal leaves at once, as KeyboardInterrupt; `left` then says what becomes of what was under way.
    """
    return asyncio.run(_run(work, timeout_s, left))


async def _run(work: Callable[[Stop], Awaitable[T]], timeout_s: float | None, left: str) -> T:
    stop, loop = Stop(), asyncio.get_running_loop()
    task = asyncio.ensure_future(work(stop))
    signals = count(1)

    def on_signal() -> None:
        if next(signals) > 1:
            say(f"left at once{left and f': {left}'}")
            task.cancel()
            return
        say("stopping: what runs is brought to its end; once more leaves at once")
        stop.ask("interrupted")

    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    if timeout_s is not None:
        loop.call_later(timeout_s, stop.ask, "timeout")
    try:
        return await task
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error
    finally:
        for number in SIGNALS:
            with contextlib.suppress(ValueError):
                loop.remove_signal_handler(number)
