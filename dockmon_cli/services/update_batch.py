"""Run many swaps: a few at a time, the first of each digest before the others, one failure stopping nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.operation import Operation, Result
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services.stopping import Stop

DISPROVEN: frozenset[Result] = frozenset({"rolled_back", "rollback_failed", "interrupted"})
"""`interrupted` too: an image whose host was lost while it started is not tried on the next one."""
T = TypeVar("T")
RunOne = Callable[[PlanItem], Awaitable["Outcome"]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one container. `operation` is None where none was opened, `error` why it can't be recorded."""

    item: PlanItem
    result: Result
    reason: str | None = None
    message: str = ""
    operation: Operation | None = None
    error: StoreError | None = None


async def run_batch(items: Sequence[PlanItem], run_one: RunOne, *, max_parallel: int, stop: Stop) -> list[Outcome]:
    """Given the items to update, run them and return their outcomes in the same order.

    The first running container of a digest, over all hosts, is its canary: the others of that digest wait until
    it has proven the image. Wherever the image fails, it starts nowhere else. A canary that failed for another
    reason (it was busy, its pull broke) proves nothing either way: the next one takes its part.

    What an item raises is raised when all that were started have come to their end.
    """
    batch = _Batch(run_one, asyncio.Semaphore(max_parallel), stop)
    done = await all_of(batch.group(members) for members in _by_digest(items))
    outcomes = {outcome.item.candidate.container.key: outcome for outcomes in done for outcome in outcomes}
    return [outcomes[item.candidate.container.key] for item in items]


class _Batch:
    """The rules that one run shares."""

    def __init__(self, run_one: RunOne, places: asyncio.Semaphore, stop: Stop):
        self._run_one = run_one
        self._places = places
        self._stop = stop
        self._disproven: dict[str, Outcome] = {}

    async def group(self, waiting: list[PlanItem]) -> list[Outcome]:
        """Run the items of one digest."""
        outcomes: list[Outcome] = []
        while waiting:
            outcomes.append(await self._one(waiting.pop(0)))
            if outcomes[-1].result == "updated":
                return [*outcomes, *await all_of(self._one(item) for item in waiting)]
        return outcomes

    async def _one(self, item: PlanItem) -> Outcome:
        async with self._places:
            if failed := self._disproven.get(_digest(item)):
                return _behind(item, failed)
            if self._stop:
                return _not_started(item, self._stop)
            outcome = await self._run_one(item)
        if outcome.result in DISPROVEN:
            self._disproven.setdefault(_digest(item), outcome)
        return outcome


async def all_of(work: Iterable[Awaitable[T]]) -> list[T]:
    """Do all of it at once, and raise what failed only when nothing is under way any more."""
    done = await asyncio.gather(*work, return_exceptions=True)
    failures = [outcome for outcome in done if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0]
    return [outcome for outcome in done if not isinstance(outcome, BaseException)]


def _digest(item: PlanItem) -> str:
    return item.swap.digest if item.swap else ""


def _by_digest(items: Sequence[PlanItem]) -> list[list[PlanItem]]:
    groups: dict[str, list[PlanItem]] = {}
    for item in items:
        groups.setdefault(_digest(item), []).append(item)
    return [sorted(members, key=_proves_little) for members in groups.values()]


def _proves_little(item: PlanItem) -> int:
    """One that is never started proves nothing and goes last; one that fails already says little of the new image."""
    if item.swap is not None and item.swap.start_state == "stopped":
        return 2
    return int(item.candidate.container.status == "restarting" or item.candidate.container.health == "unhealthy")


def _not_started(item: PlanItem, stop: Stop) -> Outcome:
    return Outcome(item, "failed", stop.why, "not started: the run was to end")


def _behind(item: PlanItem, canary: Outcome) -> Outcome:
    target = canary.item.candidate.container.target
    return Outcome(item, "skipped", "canary", f"the same image did not prove itself in {target}: {canary.result}")
