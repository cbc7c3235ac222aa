"""Progress bars, one for each layer that is being pulled; loaded on a terminal only."""

from __future__ import annotations

import atexit
from contextlib import suppress

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from dockmon_cli.cli.settings import Settings
from dockmon_cli.cli.update.progress import step_line
from dockmon_cli.core.operation import StepRecord


class QuietConsole(Console):
    """A console that ends no work under way when its reader has left."""

    def on_broken_pipe(self) -> None:
        """Nothing: rich would end the program."""


class Bars:
    """Implements `cli.update.progress.Progress`. They show while any of the pulls that run at once is under way."""

    def __init__(self, settings: Settings):
        console = QuietConsole(
            stderr=True, no_color=settings.no_color or bool(settings.env.get("NO_COLOR")), highlight=False
        )
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self._bars = Progress(*columns, console=console, transient=True)
        self._pulling: set[str] = set()
        self._tasks: dict[tuple[str, str], TaskID] = {}
        atexit.register(self._leave)

    def step(self, target: str, record: StepRecord) -> None:
        """Print the step when it is over; a pull's bars go with it. A terminal that is gone ends no work."""
        with suppress(OSError):
            self._step(target, record)

    def _step(self, target: str, record: StepRecord) -> None:
        if record.name == "pull" and record.result == "begun":
            self._pulling.add(target)
            self._bars.start()
        elif record.name == "pull":
            self._end(target)
        line = step_line(target, record)
        if line:
            self._bars.console.print(escape(line))

    def layer(self, target: str, layer: str, what: str, done: int, total: int) -> None:
        """Move the layer's bar; the engine's other lines name the image and tell no bytes.

        Of a pull that was given up lines may still come.
        """
        key = (target, layer)
        if target not in self._pulling or (not total and key not in self._tasks):
            return
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task("", total=total)
        task = self._tasks[key]
        if what.endswith("complete"):
            # Its last line comes without numbers.
            done = total = int(self._bars.tasks[self._bars.task_ids.index(task)].total or 0)
        self._bars.update(
            task, description=escape(f"{target} {layer[:12]} {what}"), completed=done, total=total or None
        )

    def _leave(self) -> None:
        """A second Ctrl-C leaves in the middle of a pull: the terminal wants its cursor back."""
        if self._pulling:
            self._bars.stop()

    def _end(self, target: str) -> None:
        """Take away what shows a target's pull, and with the last pull the whole display."""
        self._pulling.discard(target)
        if not self._pulling:
            self._bars.stop()
        for key in [key for key in self._tasks if key[0] == target]:
            self._bars.remove_task(self._tasks.pop(key))
