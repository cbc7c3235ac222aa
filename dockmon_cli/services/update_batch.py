"""Run many updates: a few at a time, each after what it depends on, and no failure stops the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.operation import Operation, Result
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.update_plan.queue import Queue, Unit
from dockmon_cli.services.image_space import NOTHING_FREED, Freed
from dockmon_cli.services.stopping import Stop

DISPROVEN: frozenset[Result] = frozenset({"rolled_back", "rollback_failed", "interrupted"})
"""`interrupted` too: an image whose host was lost while it started is not tried on the next one."""
T = TypeVar("T")
RunOne = Callable[[PlanItem], Awaitable["Outcome"]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one container.

    `operation` is None where none was opened, `error` why what was done can't be recorded, or all of its conclusions.
    `freed` is what the clean-up after its operation removed.
    """

    item: PlanItem
    result: Result
    reason: str | None = None
    message: str = ""
    operation: Operation | None = None
    error: StoreError | None = None
    freed: Freed = NOTHING_FREED


async def run_batch(
    items: Sequence[PlanItem], needs: Mapping[str, frozenset[str]], run_one: RunOne, *, max_parallel: int, stop: Stop
) -> list[Outcome]:
    """Given the items that lead an operation, run them and return their outcomes in the same order.

    `needs` holds for each key those that come before it: they are over before it starts, however they ended. The
    rest of the order is that of `core.update_plan.queue`: one canary of each image, over all hosts. A canary that
    failed for another reason than its image (it was busy, its pull broke) proves nothing: the next takes its part.

    What an item raises is raised when all that were started have come to their end.
    """
    batch = _Batch(items, needs, run_one, stop)
    await all_of(batch.work() for _ in range(min(max_parallel, len(items))))
    return [batch.outcomes[item.key] for item in items]


class _Batch:
    """The rules that one run shares."""

    def __init__(
        self, items: Sequence[PlanItem], needs: Mapping[str, frozenset[str]], run_one: RunOne, stop: Stop
    ) -> None:
        self._items = {item.key: item for item in items}
        self._queue = Queue([_unit(item, needs) for item in sorted(items, key=_proves_little)])
        self._run_one = run_one
        self._stop = stop
        self._changed = asyncio.Condition()
        self.outcomes: dict[str, Outcome] = {}

    async def work(self) -> None:
        """Take one after the other until none is left."""
        while (key := await self._next()) is not None:
            outcome: Outcome | None = None
            try:
                outcome = await self._one(self._items[key])
            finally:
                await self._over(key, outcome)

    async def _next(self) -> str | None:
        async with self._changed:
            while self._queue.is_waiting:
                if key := self._queue.take():
                    return key
                await self._changed.wait()
        return None

    async def _over(self, key: str, outcome: Outcome | None) -> None:
        """Whatever comes after it may begin, after an error too; without an outcome it has proven nothing."""
        if outcome is not None:
            self.outcomes[key] = outcome
        result = outcome.result if outcome else None
        async with self._changed:
            self._queue.over(key, proven=result == "updated", disproven=result in DISPROVEN)
            self._changed.notify_all()

    async def _one(self, item: PlanItem) -> Outcome:
        if canary := self._queue.disproven_by(item.key):
            return _behind(item, self.outcomes[canary])
        if self._stop:
            return _not_started(item, self._stop)
        return await self._run_one(item)


async def all_of(work: Iterable[Awaitable[T]]) -> list[T]:
    """Do all of it at once, and raise what failed only when nothing is under way any more."""
    done = await asyncio.gather(*work, return_exceptions=True)
    failures = [outcome for outcome in done if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0]
    return [outcome for outcome in done if not isinstance(outcome, BaseException)]


def _unit(item: PlanItem, needs: Mapping[str, frozenset[str]]) -> Unit:
    """One that is never started proves nothing about its image."""
    key, members = item.key, item.group.members if item.group else ()
    updates = [member for member in members if member.is_update]
    return Unit(
        key,
        images=frozenset(map(_image, updates)),
        proves=frozenset(_image(member) for member in updates if member.start_state != "stopped"),
        after=needs.get(key, frozenset()),
    )


def _image(swap: SwapPlan) -> str:
    """A rollback knows no digest of an image that came from no registry."""
    return swap.digest or swap.new_image_id


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
