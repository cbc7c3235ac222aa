"""The person at the terminal while updates run: shown the plan, asked, told how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from dockmon_cli.cli import prompt
from dockmon_cli.cli.output import say
from dockmon_cli.cli.settings import Settings
from dockmon_cli.cli.update.notes import change_notes
from dockmon_cli.cli.update.plan import worth_showing
from dockmon_cli.cli.update.progress import Progress, progress_for
from dockmon_cli.core.operation import Operation, Purpose, StepRecord
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.text import printable
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services.update import Consent

GO: Mapping[Purpose, str] = {"update": "Update {}", "rollback": "Roll {} back"}


class TerminalWatcher:
    """Implements `services.update.Watcher`. `chooses` asks which of the numbered lines are meant."""

    def __init__(self, settings: Settings, *, yes: bool, chooses: bool = False):
        self._settings = settings
        self._yes = yes
        self._chooses = chooses
        self._progress: Progress = progress_for(settings)

    def consent(self, items: Sequence[PlanItem]) -> Consent:
        """Show the plan and ask; what needs an answer of its own is asked about one by one."""
        ready = [item for item in items if item.would == "update"]
        questions = [item for item in items if item.needs_answer]
        offered = [*ready, *questions]
        if self._yes or not offered:
            return Consent(go=True)
        for number, item in enumerate(offered, 1):
            say(f"{number:>3}  {_line(item)}")
        for item in worth_showing(items):
            if item not in offered:
                say(f"     {_line(item)}")
        for note in change_notes(item.candidate for item in offered):
            say(note)
        with _leaving_at_once():
            return self._choice(offered) if self._chooses else _answer(ready, questions)

    def _choice(self, offered: Sequence[PlanItem]) -> Consent:
        picked = [offered[place] for place in prompt.choose("Which?", len(offered), instead="a TARGET")]
        questions = [item for item in picked if item.needs_answer]
        forced = _answered(questions)
        return Consent(len(picked) > len(questions) or bool(forced), forced, frozenset(item.key for item in picked))

    def step(self, operation: Operation, record: StepRecord) -> None:
        """Tell that a step began or ended."""
        self._progress.step(f"{operation.host}/{record.container or operation.name}", record)

    def fetch(self, swap: SwapPlan, record: StepRecord) -> None:
        """Tell that a pull for a later update began or ended."""
        self._progress.step(f"{swap.host}/{swap.name}", record)

    def layer(self, swap: SwapPlan, layer: str, what: str, done: int, total: int) -> None:
        """Tell how far a layer is."""
        self._progress.layer(f"{swap.host}/{swap.name}", printable(layer), printable(what), done, total)


def _answer(ready: Sequence[PlanItem], questions: Sequence[PlanItem]) -> Consent:
    """Ask for a go-ahead for what is ready, then about each of the others."""
    count = f"{len(ready)} container{'s' if len(ready) > 1 else ''}"
    if ready and not prompt.confirm(f"{GO[ready[0].candidate.purpose].format(count)}?", yes=False):
        return Consent(go=False)
    forced = _answered(questions)
    return Consent(go=bool(ready or forced), forced=forced)


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """Ctrl-C at a question cancels the run: through a task it would be told twice, the second time as an error."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise asyncio.CancelledError from error


def _answered(items: Sequence[PlanItem]) -> frozenset[str]:
    """Ask about each; a warning is answered by nothing but its own answer."""
    return frozenset(
        item.key
        for item in items
        if prompt.confirm(f"{item.candidate.container.target}: {item.message}. {_go(item)} all the same?", yes=False)
    )


def _go(item: PlanItem) -> str:
    return GO[item.candidate.purpose].format("it")


def _line(item: PlanItem) -> str:
    candidate = item.candidate
    available = candidate.answer.available
    old, new = candidate.answer.current.version or "-", (available and available.version) or "-"
    change = f"  {old} -> {new} ({candidate.answer.kind})" if old != new else "  new"
    what = f"{candidate.container.target}  {candidate.container.image}{change if available else ''}"
    if candidate.served and candidate.served.release_notes:
        what += f"  {candidate.served.release_notes}"
    if item.would == "update":
        return f"{what}  {item.message}".rstrip()
    why = item.message or item.reason
    return f"{what}  {item.would.replace('_', ' ')}{f': {why}' if why else ''}"
