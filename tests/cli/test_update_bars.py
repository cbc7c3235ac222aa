"""The bars of pulls on a terminal."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import pytest

from dockmon_cli.cli.settings import Settings
from dockmon_cli.cli.update.bars import Bars
from dockmon_cli.core.operation import StepRecord

BEGUN = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
SHOW_CURSOR = "\x1b[?25h"


class Terminal(io.StringIO):
    """Standard error as somebody sees it."""

    def isatty(self) -> bool:
        return True

    def news(self) -> str:
        """What was written since the last call."""
        said = self.getvalue()
        self.truncate(0)
        self.seek(0)
        return said


Begin = Callable[..., tuple[Bars, Terminal]]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begins the pulls of these targets; returns the bars and the terminal that they are shown on."""

    def pulls(*targets: str) -> tuple[Bars, Terminal]:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "120")
        bars = Bars(Settings(no_color=True))
        for target in targets:
            bars.step(target, step("pull", "begun"))
        return bars, terminal

    return pulls


def step(name: str, result: Literal["begun", "done", "failed"]) -> StepRecord:
    return StepRecord(name, BEGUN, result, None if result == "begun" else 1.0)


def test_the_end_of_one_pull_leaves_the_bars_to_another_that_has_no_layer_yet(begin: Begin) -> None:
    bars, terminal = begin("nas/web", "nas/db")
    bars.layer("nas/web", "0123456789abcdef", "Downloading", 1, 10)
    bars.step("nas/web", step("pull", "done"))
    terminal.news()
    bars.layer("nas/db", "fedcba9876543210", "Downloading", 5, 10)
    bars.layer("nas/db", "aaaaaaaaaaaaaaaa", "Waiting", 0, 10)  # a new bar draws all of them at once
    bars.step("nas/web", step("stop", "done"))
    shown = terminal.news()
    assert "nas/web: stop done 1.0 s" in shown
    assert "nas/db fedcba987654 Downloading" in shown
    assert "nas/web 0123456789ab" not in shown
    bars.step("nas/db", step("pull", "failed"))


def test_the_bars_are_gone_when_the_last_pull_has_ended(begin: Begin) -> None:
    bars, terminal = begin("nas/web", "nas/db")
    bars.layer("nas/db", "fedcba9876543210", "Downloading", 5, 10)
    bars.step("nas/web", step("pull", "failed"))
    assert SHOW_CURSOR not in terminal.news()
    bars.step("nas/db", step("pull", "done"))
    assert SHOW_CURSOR in terminal.news()
    bars.step("nas/db", step("stop", "done"))
    assert terminal.news() == "nas/db: stop done 1.0 s\n"


def test_a_line_that_comes_after_the_end_of_its_pull_makes_no_bar(begin: Begin) -> None:
    bars, terminal = begin("nas/web")
    bars.step("nas/web", step("pull", "failed"))
    bars.layer("nas/web", "0123456789abcdef", "Downloading", 1, 10)
    bars.step("nas/db", step("pull", "begun"))
    bars.layer("nas/db", "fedcba9876543210", "Downloading", 5, 10)
    bars.step("nas/web", step("start", "done"))
    assert "0123456789ab" not in terminal.news()
    bars.step("nas/db", step("pull", "done"))


def test_a_run_that_leaves_in_the_middle_of_a_pull_gives_the_cursor_back() -> None:
    leaves = (
        "from tests.cli.test_update_bars import *\n"
        "bars = Bars(Settings(no_color=True))\n"
        "bars.step('nas/web', step('pull', 'begun'))\n"
        "raise SystemExit(130)\n"
    )
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", leaves], stderr=slave, env={**os.environ, "TERM": "xterm"}, check=False
    )
    os.close(slave)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert (done.returncode, shown.count("\x1b[?25l"), shown.rindex(SHOW_CURSOR) > 0) == (130, 1, True)
