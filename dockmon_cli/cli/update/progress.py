"""How far updates are: bars layer by layer on a terminal, a line for each step elsewhere; always on stderr."""

from __future__ import annotations

import sys
from typing import Protocol, cast

from dockmon_cli.cli.loading import BARS, load
from dockmon_cli.cli.output import say
from dockmon_cli.cli.settings import Settings
from dockmon_cli.core.operation import StepRecord

QUIET_STEPS = frozenset({"keep", "lock", "disarm", "lend_tag", "return_tag", "drop_new_tag", "drop_old_tag"})
"""House-keeping that takes milliseconds: told only where it fails."""


class Progress(Protocol):
    """Shows steps and layers as they come."""

    def step(self, target: str, record: StepRecord) -> None:
        """A step began or ended."""

    def layer(self, target: str, layer: str, what: str, done: int, total: int) -> None:
        """A layer of a pull came further; bytes, 0 where unknown."""


def progress_for(settings: Settings) -> Progress:
    """Return bars where somebody sees them, else lines; nothing with `-q`."""
    if settings.quiet:
        return Silence()
    if sys.stderr.isatty() and settings.env.get("TERM") != "dumb":
        return cast("Progress", load(BARS).Bars(settings))
    return Lines()


class Silence:
    """Shows nothing."""

    def step(self, target: str, record: StepRecord) -> None:
        """Nothing."""

    def layer(self, target: str, layer: str, what: str, done: int, total: int) -> None:
        """Nothing."""


class Lines:
    """One line for each step that ended."""

    def step(self, target: str, record: StepRecord) -> None:
        """Print the step when it is over."""
        line = step_line(target, record)
        if line:
            say(line)

    def layer(self, target: str, layer: str, what: str, done: int, total: int) -> None:
        """Nothing: a log wants no lines that come and go."""


def step_line(target: str, record: StepRecord) -> str | None:
    """Given a step, return its line, or None while there is nothing to tell."""
    if record.result == "begun" or (record.result == "done" and record.name in QUIET_STEPS):
        return None
    took = f" {record.duration_s:.1f} s" if record.duration_s is not None else ""
    detail = f": {record.detail}" if record.detail else ""
    return f"{target}: {record.name} {record.result}{took}{detail}"
