"""Ending a long command early by signals."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

import pytest

from dockmon_cli.cli.running import run_until_stopped
from dockmon_cli.services.stopping import Stop, Stopped


async def interrupt(times: int) -> None:
    """Send this process Ctrl-C so many times, each heard before the next."""
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.05)


def test_the_second_ctrl_c_leaves_also_when_time_was_over_before(capsys: pytest.CaptureFixture[str]) -> None:
    async def work(stop: Stop) -> str:
        with suppress(Stopped):
            await stop.breaks(asyncio.sleep(60))
        await interrupt(2)
        return "to its end"

    with pytest.raises(KeyboardInterrupt):
        run_until_stopped(work, timeout_s=0.05, left="look")
    assert capsys.readouterr().err.count("left at once: look") == 1


def test_one_ctrl_c_lets_what_runs_come_to_its_end() -> None:
    async def work(stop: Stop) -> str | None:
        await interrupt(1)
        return stop.why

    assert run_until_stopped(work, timeout_s=None) == "interrupted"
