"""Writing an operation down: what is about to happen before the engine is asked, what came of it with the next line.

A step's good end is written together with the intent of the next one: nothing touches the engine in between, a
container that is down waits for one write less, and a step whose end was lost is looked at like one that was cut off.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from dockmon_cli.core.errors import DockmonError, StoreError
from dockmon_cli.core.operation import Operation, Phase, Result, StepRecord, fact_name
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.store import Journal

OnStep = Callable[[Operation, StepRecord], None]


class Recorder:
    """Holds the present state of one operation and saves what must be known before the engine is asked again.

    If the journal can't be written it raises StoreError, and the step that was about to begin does not.
    """

    def __init__(self, journal: Journal, clock: Clock, operation: Operation, on_step: OnStep):
        self._journal = journal
        self._clock = clock
        self._on_step = on_step
        self._must_write = True
        self.operation = operation

    def write_if_possible(self) -> None:
        """From here on a journal that can't be written is no reason to stop.

        For the way back alone: its steps follow from what the engine shows, so none is lost that isn't recorded,
        and a container that is down is worse than a record with gaps.
        """
        self._must_write = False

    async def step(self, name: str, run: Callable[[], Awaitable[None]], *, container: str | None = None) -> None:
        """Record the intent, run the step, note its end; an error is recorded at once and raised again."""
        began = self._clock.monotonic()
        record = StepRecord(name, self._clock.now(), container=container)
        self._save(replace(self.operation, steps=(*self.operation.steps, record)))
        self._on_step(self.operation, record)
        try:
            await run()
        except DockmonError as error:
            self._end("failed", began, error.message)
            self._save(self.operation)
            raise
        self._end("done", began, "")

    def fact(self, facts: Mapping[str, str]) -> None:
        """Keep what was learnt, on disk."""
        self.note_fact(facts)
        self._save(self.operation)

    def note_fact(self, facts: Mapping[str, str]) -> None:
        """Keep what was learnt, on disk with the next line: for what recovery would find out by itself."""
        self.operation = replace(self.operation, facts={**self.operation.facts, **facts})

    def phase(self, phase: Phase) -> None:
        """Say which way it goes from here."""
        self._save(replace(self.operation, phase=phase))

    def turn_back(self, reason: str, message: str) -> None:
        """Say that it goes back from here, and why: whoever finishes it has to know."""
        self._save(replace(self.operation, phase="back", reason=reason, message=message))

    def is_over(self, op: str) -> bool:
        """Tell whether this is another operation of this journal, which has come to its end."""
        row = self._journal.operation(op) if op else None
        return row is not None and row.phase == "closed"

    def note(self, *, log: str, exit_code: int | None) -> None:
        """Keep what the new container left behind, below what one before it did."""
        whole = "\n".join(filter(None, (self.operation.log, log)))
        self._save(replace(self.operation, log=whole, exit_code=exit_code))

    def note_output(self, text: str) -> None:
        """Keep what the step that is under way printed, on disk with the next line."""
        self._replace_step(output=text)

    def result(self, result: Result, reason: str | None, message: str, *, close: bool = True) -> Operation:
        """Record the result; unless `close` is False nothing is left to do."""
        now = self._clock.now() if close else None
        if result == "updated" and self.operation.purpose == "rollback":
            reason = reason or "rollback"
        phase: Phase = "closed" if close else self.operation.phase
        self._save(replace(self.operation, result=result, reason=reason, message=message, closed_at=now, phase=phase))
        return self.operation

    def _end(self, result: str, began: float, detail: str) -> None:
        duration = round(self._clock.monotonic() - began, 3)
        self._on_step(self.operation, self._replace_step(result=result, duration_s=duration, detail=detail))

    def _replace_step(self, **changes: Any) -> StepRecord:
        *before, last = self.operation.steps
        changed = replace(last, **changes)
        self.operation = replace(self.operation, steps=(*before, changed))
        return changed

    def _save(self, operation: Operation) -> None:
        try:
            self._journal.save_operation(operation)
        except StoreError:
            if self._must_write:
                raise
        self.operation = operation


class MemberRecorder:
    """The recorder as one container of the operation sees it: its own steps and facts alone.

    `container` is None for the operation's own.
    """

    def __init__(self, whole: Recorder, container: str | None):
        self._whole = whole
        self._container = container

    @property
    def operation(self) -> Operation:
        """The row as if it were about this container alone."""
        return self._whole.operation.of(self._container)

    async def step(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Do one step of this container, on record."""
        await self._whole.step(name, run, container=self._container)

    def fact(self, **facts: str) -> None:
        """Keep what was learnt about this container, on disk."""
        self._whole.fact(self._named(facts))

    def note_fact(self, **facts: str) -> None:
        """Keep what was learnt about this container, on disk with the next line."""
        self._whole.note_fact(self._named(facts))

    def is_over(self, op: str) -> bool:
        """Tell whether this is another operation of this journal, which has come to its end."""
        return self._whole.is_over(op)

    def note_output(self, text: str) -> None:
        """Keep what the step that is under way printed, on disk with the next line."""
        self._whole.note_output(text)

    def phase(self, phase: Phase) -> None:
        """Say which way the whole operation goes from here."""
        self._whole.phase(phase)

    def _named(self, facts: dict[str, str]) -> dict[str, str]:
        return {fact_name(self._container, name): value for name, value in facts.items()}
