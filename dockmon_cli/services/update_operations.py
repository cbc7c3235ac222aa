"""Run the operations of one decision: each is decided again when its turn comes, and one failure stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.update_plan import PlanItem, needs
from dockmon_cli.core.update_plan import plan as decide
from dockmon_cli.services.restraints import restrained
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_batch import Outcome, run_batch
from dockmon_cli.services.update_gather import Scope, UpdateTools
from dockmon_cli.services.update_run import Follower, run_item


async def run_operations(
    tools: UpdateTools, found: Scope, items: Sequence[PlanItem], follower: Follower, stop: Stop
) -> tuple[Outcome, ...]:
    """Given the decisions, do what is to be done, and return what came of each, in the same order."""
    run = _Run(tools, found, items, follower, stop)
    leading = [item for item in items if item.group]
    done = await run_batch(leading, needs(items), run.operation, max_parallel=tools.max_parallel, stop=stop)
    by_key = {leader.key: outcome for leader, outcome in zip(leading, done, strict=True)}
    return tuple(run.outcomes.get(item.key) or _outcome(item, by_key.get(item.leader or item.key)) for item in items)


class _Run:
    """One run; `outcomes` holds by key what came of each container whose turn has come."""

    def __init__(self, tools: UpdateTools, found: Scope, items: Sequence[PlanItem], follower: Follower, stop: Stop):
        self._tools = tools
        self._found = found
        self._items = items
        self._follower = follower
        self._stop = stop
        self.outcomes: dict[str, Outcome] = {}

    async def operation(self, leader: PlanItem) -> Outcome:
        """Run what is one operation, as far as nothing has come in between; return what is known of its images."""
        mine = [item for item in self._items if leader.key in (item.key, item.leader)]
        try:
            now = _decided_again(self._tools, mine)
        except StoreError as error:
            return _unrecorded(leader, error)
        ran = {item.key: await self._one(item) for item in now if item.group}
        self.outcomes.update({item.key: _outcome(item, ran.get(item.leader or item.key)) for item in now})
        return next(iter(ran.values()), self.outcomes[leader.key])

    async def _one(self, item: PlanItem) -> Outcome:
        engine = self._found.views[item.candidate.container.host_id].engine
        try:
            return await run_item(self._tools, engine, item, self._follower, self._stop)
        except StoreError as error:  # what the others came to is told all the same
            return _unrecorded(item, error)


def _unrecorded(item: PlanItem, error: StoreError) -> Outcome:
    error.host, error.target = item.candidate.container.host, item.candidate.container.target
    return Outcome(item, "failed", None, error.message, error=error)


def _decided_again(tools: UpdateTools, items: Sequence[PlanItem]) -> tuple[PlanItem, ...]:
    """A turn may come after a window has closed, or somebody held a member."""
    again = restrained(tools, [item.candidate for item in items], by_itself=items[0].candidate.by_itself)
    return decide(again, tools.verify, forced=frozenset(item.key for item in items))


def _outcome(item: PlanItem, of_leader: Outcome | None) -> Outcome:
    """What came of an item: of its operation, where it was done in that of another one."""
    return untouched(item) if item.swap is None or of_leader is None else replace(of_leader, item=item)


def untouched(item: PlanItem) -> Outcome:
    """What is told of an item that nothing was done about."""
    assert item.would != "update"  # noqa: S101 - an item without a swap has a result
    return Outcome(item, item.would, item.reason, item.message)
