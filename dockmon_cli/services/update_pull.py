"""`update pull`: fetch images now, so that a later update need not; nothing else is touched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from dockmon_cli.core.errors import DockmonError, NoSuchObject
from dockmon_cli.core.operation import Result, StepRecord
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_failure import failure_reason
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.update_plan.fetch import fetch
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.image_space import Freed
from dockmon_cli.services.kept_images import let_go
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.swap.forward import PULL_DEADLINE_S
from dockmon_cli.services.update import looked_at
from dockmon_cli.services.update_batch import all_of
from dockmon_cli.services.update_gather import Scope, UpdateTools


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of one container: `pulled`, `unchanged` where there is nothing to fetch, or a result of `apply`."""

    item: PlanItem
    result: Result | str
    reason: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class PullReport:
    """What was fetched for which container, and what could not be had; `hosts` is how many answered.

    `freed` tells of each host what was fetched earlier and went, as something newer was fetched for its container.
    """

    items: tuple[Pulled, ...]
    problems: tuple[DockmonError, ...]
    hosts: int
    stopped: Stop
    freed: tuple[Freed, ...] = ()


class Listener(Protocol):
    """Who is told how far pulls are."""

    def fetch(self, swap: SwapPlan, record: StepRecord) -> None:
        """A pull began or ended."""

    def layer(self, swap: SwapPlan, layer: str, what: str, done: int, total: int) -> None:
        """A pull came further; `done` and `total` are bytes, 0 where unknown."""


async def pull(tools: UpdateTools, selector: Selector, listener: Listener, stop: Stop) -> PullReport:
    """Look up what the containers chosen could move to, and fetch it by its digest, under a name of ours.

    No tag of the user's moves. The swap finds the image by that name, and drops it when it is done. What was fetched
    for the same container before, and no container would be updated to any more, goes.
    """
    async with looked_at(tools, selector) as (found, candidates, problems):
        places = asyncio.Semaphore(tools.max_parallel)

        async def one(item: PlanItem) -> Pulled:
            if item.swap is None:
                return Pulled(item, item.would, item.reason, item.message)
            async with places:
                engine = found.views[item.candidate.container.host_id].engine
                return await _pull(tools, engine, item, item.swap, listener, stop)

        items = [fetch(candidate, tools.verify) for candidate in candidates]
        done: Sequence[Pulled] = await all_of(one(item) for item in items)
        freed = () if stop else await _let_go(tools, found, done)
    return PullReport(tuple(done), tuple(problems), found.answered, stop, freed)


async def _let_go(tools: UpdateTools, found: Scope, done: Sequence[Pulled]) -> tuple[Freed, ...]:
    """On each host once, when all that was to come is there."""
    there = [entry.item.swap for entry in done if entry.item.swap and entry.result in ("pulled", "unchanged")]
    hosts = {swap.host_id: [each for each in there if each.host_id == swap.host_id] for swap in there}
    return tuple(await all_of(let_go(tools, found.views[host].engine, swaps) for host, swaps in hosts.items()))


async def _pull(
    tools: UpdateTools, engine: Engine, item: PlanItem, swap: SwapPlan, listener: Listener, stop: Stop
) -> Pulled:
    if stop:
        return Pulled(item, "failed", stop.why, "not started: the run was to end")
    try:
        is_there = await _has(engine, swap.new_image_id)
        if not is_there:
            await stop.breaks(_fetch(tools, engine, swap, listener))
        if not await _has(engine, swap.new_image_id):
            return Pulled(item, "failed", "platform", f"what was pulled is not the image {swap.new_image_id[:19]}")
        await engine.tag(swap.new_image_id, swap.keep_new)
        # Another index may hold the same image: then the engine, which pulled nothing, does not know its digest.
        tools.checks.remember_image(swap.host_id, swap.new_image_id, swap.repository, swap.digest)
    except DockmonError as error:
        return Pulled(item, "failed", failure_reason("pull", error), error.message)
    return Pulled(item, "unchanged", "present", "its image is there") if is_there else Pulled(item, "pulled")


async def _fetch(tools: UpdateTools, engine: Engine, swap: SwapPlan, listener: Listener) -> None:
    def on_layer(layer: str, what: str, done: int, total: int) -> None:
        listener.layer(swap, layer, what, done, total)

    login = await tools.registry.credentials(Reference.parse(swap.image))
    begun, began = StepRecord("pull", tools.clock.now()), tools.clock.monotonic()
    ended = replace(begun, result="failed")
    listener.fetch(swap, begun)
    try:
        await engine.pull(swap.repository, swap.digest, login, on_layer, PULL_DEADLINE_S)
        ended = replace(begun, result="done")
    finally:
        listener.fetch(swap, replace(ended, duration_s=round(tools.clock.monotonic() - began, 3)))


async def _has(engine: Engine, image: str) -> bool:
    try:
        await engine.inspect_image(image)
    except NoSuchObject:
        return False
    return True
