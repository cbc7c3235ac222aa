"""Run dockmon's own services in processes of their own that die, by SIGKILL, at a chosen line of the journal.

    python -m tests.e2e.killer < jobs.json

The journal is wrapped, nothing is patched: `DeadlyJournal` hands every call on to the store, and kills its process
just before or just after one of them. All heavy imports are done once; each job is a fork.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dockmon_cli import wiring
from dockmon_cli.cli.settings import Settings
from dockmon_cli.core.operation import Operation, StepRecord
from dockmon_cli.core.past import Known
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.ports.store import Journal
from dockmon_cli.services import update, update_recover
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update import Consent

AT_ONCE = 4
HALTED = "halted"
Verb = Literal["apply", "recover"]
When = Literal["before", "after"]


@dataclass(frozen=True)
class Job:
    """Update or recover one container, and die at a line of its journal, before or after it is on disk.

    That is the line with the place `line`, or the first with the name `at`. Without either it lives, and the names of
    all its lines are written to the file `record`. One that `halts` stands still instead of dying, until it is told to
    go on.
    """

    verb: Verb
    host: str
    name: str
    state: str
    config: str
    line: int = -1
    at: str = ""
    when: When = "after"
    record: str = ""
    halts: bool = False


class DeadlyJournal:
    """Implements `ports.store.Journal` with another one; shows the operations of one container alone."""

    def __init__(self, journal: Journal, job: Job):
        self._journal = journal
        self._job = job
        self._count = 0
        self._was_met = False
        self._last: Operation | None = None

    def open_operation(self, operation: Operation) -> None:
        self._write(operation, opens=True)

    def save_operation(self, operation: Operation) -> None:
        self._write(operation, opens=False)

    def operation(self, op: str) -> Operation | None:
        return self._journal.operation(op)

    def unfinished(self) -> list[Operation]:
        return [row for row in self._journal.unfinished() if row.name == self._job.name]

    def history(
        self, *, limit: int, keys: Sequence[tuple[str, str]] | None = None, host_ids: Sequence[str] | None = None
    ) -> list[Operation]:
        return self._journal.history(limit=limit, keys=keys, host_ids=host_ids)

    def called(self, names: Sequence[str]) -> list[Known]:
        return self._journal.called(names)

    def _write(self, operation: Operation, *, opens: bool) -> None:
        is_the_one = self._is_met(line_name(self._last, operation))
        self._count += 1
        if is_the_one and self._job.when == "before":
            self._end()
        if opens:
            self._journal.open_operation(operation)
        else:
            self._journal.save_operation(operation)
        if is_the_one:
            self._end()
        if self._job.record:
            with Path(self._job.record).open("a") as file:
                file.write(line_name(self._last, operation) + "\n")
        self._last = operation

    def _is_met(self, name: str) -> bool:
        """True at the one line where it ends."""
        is_named = self._job.line < 0 and name == self._job.at and not self._was_met
        self._was_met |= is_named
        return is_named or self._count == self._job.line

    def _end(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP if self._job.halts else signal.SIGKILL)


def line_name(before: Operation | None, now: Operation) -> str:
    """What one line of the journal tells, in words: `stop begun`, `create: new_id`, `commit: committed`, `closed`."""
    step = now.steps[-1] if now.steps else None
    if now.phase == "closed":
        return "closed"
    if before is None and not step:
        return "opened"
    if step and (before is None or before.steps != now.steps):
        return f"{step.name} {step.result}"
    if before and before.phase != now.phase:
        return f"{step.name if step else ''}: {now.phase}"
    news = [key for key, value in now.facts.items() if before is None or before.facts.get(key) != value]
    return f"{step.name if step else 'look'}: {', '.join(news)}"


class Nodding:
    """Implements `services.update.Watcher`: agrees to everything and tells nobody."""

    def consent(self, items: Sequence[PlanItem]) -> Consent:
        return Consent(go=True)

    def step(self, operation: Operation, record: StepRecord) -> None:
        return

    def layer(self, swap: SwapPlan, layer: str, what: str, done: int, total: int) -> None:
        return


def given(job: Job) -> Settings:
    """What its command line would say."""
    return Settings({"HOME": job.state}, config=job.config, state=job.state)


def work(job: Job) -> None:
    """Do one job to its end, or to its death."""
    with wiring.update_tools(given(job), host_timeout_s=60) as real:
        tools = replace(real, journal=DeadlyJournal(real.journal, job))
        if job.verb == "apply":
            selector = parse_selector((f"{job.host}/{job.name}",), (), (), ())
            report = asyncio.run(update.apply(tools, selector, Nodding(), Stop(), update.Asked(force=True)))
            print(
                job.name, [(o.result, o.reason, o.message) for o in report.outcomes], report.problems, file=sys.stderr
            )
        else:
            asyncio.run(update_recover.recover(tools, Nodding(), Stop()))


def in_a_fork(job: Job) -> int:
    """Start a job in a process of its own and return its id."""
    pid = os.fork()
    if pid == 0:
        work(job)
        sys.stderr.flush()
        os._exit(0)
    return pid


def run_all(jobs: Sequence[Job]) -> list[int]:
    """Run the jobs, a few at once; return how each ended, as `subprocess` tells it."""
    waiting, ends = list(enumerate(jobs)), [0] * len(jobs)
    running: dict[int, int] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            place, job = waiting.pop(0)
            running[in_a_fork(job)] = place
        pid, status = os.wait()
        ends[running.pop(pid)] = os.waitstatus_to_exitcode(status)
    return ends


def halt_all(jobs: Sequence[Job]) -> list[int]:
    """Start the jobs, wait until each stands still, say so, and let them go on at the next line of standard input."""
    places = {in_a_fork(job): place for place, job in enumerate(jobs)}
    for _ in places:
        _, status = os.waitpid(-1, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "a job ended before it stood still"
    print(HALTED, flush=True)
    sys.stdin.readline()
    for pid in places:
        os.kill(pid, signal.SIGCONT)
    ends = [os.wait() for _ in places]
    return [os.waitstatus_to_exitcode(status) for _, status in sorted(ends, key=lambda end: places[end[0]])]


def to_text(jobs: Sequence[Job]) -> str:
    """Write jobs for this program's standard input."""
    return json.dumps([asdict(job) for job in jobs]) + "\n"


def main() -> None:
    """Read jobs, run them, and print how each ended."""
    found: list[dict[str, Any]] = json.loads(sys.stdin.readline())
    jobs = [Job(**job) for job in found]
    for job in {job.state: job for job in jobs}.values():
        # Once and before the forks: the store is made, and everything is loaded that they all need.
        with wiring.update_tools(given(job), host_timeout_s=60) as tools:
            tools.journal.unfinished()
    ends = halt_all(jobs) if any(job.halts for job in jobs) else run_all(jobs)
    json.dump(ends, sys.stdout)


if __name__ == "__main__":
    main()
