"""The threads of one host: what waits for one is patient while others get answers, and with nobody else."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial

import pytest

from dockmon_cli.adapters.engine.crew import Crew


def test_waiting_for_a_thread_does_not_count_while_others_get_answers() -> None:
    async def run() -> list[None]:
        crew = Crew("slow", size=1)
        try:
            return await asyncio.gather(*(crew.run(partial(time.sleep, 0.3), 1.0) for _ in range(6)))
        finally:
            crew.close()

    assert asyncio.run(run()) == [None] * 6


def test_where_nothing_is_answered_all_are_cut_off_together() -> None:
    plugged_in = threading.Event()

    async def run() -> list[BaseException | bool]:
        crew = Crew("hangs", size=1)
        try:
            calls = (crew.run(partial(plugged_in.wait, 60), 0.5) for _ in range(20))
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            plugged_in.set()
            crew.close()

    began = time.monotonic()
    assert [type(each) for each in asyncio.run(run())] == [TimeoutError] * 20
    assert time.monotonic() - began < 8, "they did not wait for each other's deadlines"


def test_a_cancelled_call_is_cut_off() -> None:
    plugged_in = threading.Event()

    async def run() -> None:
        crew = Crew("hangs", size=1)
        call = asyncio.ensure_future(crew.run(partial(plugged_in.wait, 60), 30))
        await asyncio.sleep(0.1)
        call.cancel()
        try:
            with pytest.raises(asyncio.CancelledError):
                await call
            assert not crew._running
        finally:
            plugged_in.set()
            crew.close()

    asyncio.run(run())
