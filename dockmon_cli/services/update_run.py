"""Run one decided update: take the lease, open the journal row, swap, remember what came of it."""

from __future__ import annotations

from typing import Protocol

from dockmon_cli.core.check_answer import CheckAnswer, Current
from dockmon_cli.core.documents import encode
from dockmon_cli.core.operation import Operation, StepRecord
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.ports.engine import Engine
from dockmon_cli.ports.lock import container_lease
from dockmon_cli.services.journal import Recorder
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.swap.context import Swap, Tools
from dockmon_cli.services.swap.run import SwapRun
from dockmon_cli.services.update_batch import Outcome
from dockmon_cli.services.update_gather import UpdateTools

SWAP_TIMEOUT_S = 20.0
"""The limit of one call during a swap; long ones (stop, pull) have their own."""


class Follower(Protocol):
    """Who is told how far updates are."""

    def step(self, operation: Operation, record: StepRecord) -> None:
        """A step began or ended."""

    def layer(self, swap: SwapPlan, layer: str, what: str, done: int, total: int) -> None:
        """A pull came further; `done` and `total` are bytes, 0 where unknown."""


async def run_item(tools: UpdateTools, engine: Engine, item: PlanItem, follower: Follower, stop: Stop) -> Outcome:
    """Given an item whose plan is a swap, execute it and return what came of it.

    Raise StoreError if it can't be recorded.
    """
    swap = item.swap
    assert swap is not None  # noqa: S101 - only items with a swap are run
    with tools.leases.try_hold(container_lease(swap.host_id, swap.identity)) as held:
        if not held or _has_open_row(tools, swap):
            return Outcome(item, "skipped", "busy", "another update of this container is under way")
        operation = opened(tools, swap)
        tools.journal.open_operation(operation)
        operation = await prepared(tools, engine, swap, operation, follower, stop).run()
    if operation.result == "updated":
        remember(tools, swap)
    assert operation.result is not None  # noqa: S101 - every end of a swap records one
    return Outcome(item, operation.result, operation.reason, operation.message, operation)


def prepared(
    tools: UpdateTools, engine: Engine, swap: SwapPlan, operation: Operation, follower: Follower, stop: Stop
) -> SwapRun:
    """Put together what executes or finishes one swap."""
    recorder = Recorder(tools.journal, tools.clock, operation, follower.step)

    def on_layer(layer: str, what: str, done: int, total: int) -> None:
        follower.layer(swap, layer, what, done, total)

    async def login() -> Credentials | None:
        return await tools.registry.credentials(Reference.parse(swap.image))

    return SwapRun(Swap(engine, swap, recorder, Tools(tools.clock, tools.leases, stop, on_layer, login)))


def opened(tools: UpdateTools, swap: SwapPlan) -> Operation:
    """Return the new journal row of a swap."""
    return Operation(
        op=tools.new_op(),
        host_id=swap.host_id,
        host=swap.host,
        identity=swap.identity,
        name=swap.name,
        key=swap.key,
        by=tools.by,
        opened_at=tools.clock.now(),
        phase="forward",
        old=swap.old,
        new=swap.new,
        plan=encode(swap),
    )


def _has_open_row(tools: UpdateTools, swap: SwapPlan) -> bool:
    mine = (swap.host_id, swap.identity)
    return any((row.host_id, row.identity) == mine for row in tools.journal.unfinished())


def remember(tools: UpdateTools, swap: SwapPlan) -> None:
    """What runs now is what the registry serves: the next look needs no manifest to know."""
    tools.checks.remember_image(swap.host_id, swap.new_image_id, swap.repository, swap.digest)
    answer = CheckAnswer("up_to_date", current=Current(swap.new.digest, swap.new.version), checked_at=tools.clock.now())
    tools.checks.save_answer(swap.host_id, swap.identity, answer)
