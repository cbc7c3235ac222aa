"""Run one decided update: take the lease, open the journal row, swap, remember what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

from dockmon_cli.core.check_answer import CheckAnswer, Current
from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.operation import Operation, StepRecord
from dockmon_cli.core.past import identities
from dockmon_cli.core.recovery import begun
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.container_leases import held_together
from dockmon_cli.services.image_space import NOTHING_FREED, Freed
from dockmon_cli.services.journal import MemberRecorder, Recorder
from dockmon_cli.services.kept_images import clean_up, note_kept
from dockmon_cli.services.restraints import learn
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
    """Given an item that leads an operation, execute that and return what came of it.

    Raise StoreError if it can't be recorded; where only the conclusions drawn from its end can't be kept, the outcome
    says so beside the result that it has.
    """
    group = item.group
    assert group is not None  # noqa: S101 - only items that lead are run
    operation = opened(tools, group)
    with held(tools, operation) as is_held:
        if not is_held:
            return Outcome(item, "skipped", "busy", "another update of this container is under way")
        if _has_open_row(tools, operation):
            return Outcome(item, "skipped", "busy", "an earlier update of it is not finished: `dockmon update recover`")
        tools.journal.open_operation(operation)
        operation = await prepared(tools, engine, group, operation, follower, stop).run()
    freed, error = await _settled(tools, engine, group, operation)
    assert operation.result is not None  # noqa: S101 - every end of a swap records one
    return Outcome(item, operation.result, operation.reason, operation.message, operation, error, freed)


async def _settled(
    tools: UpdateTools, engine: Engine, group: GroupPlan, operation: Operation
) -> tuple[Freed, StoreError | None]:
    """Settle; what was done is done all the same where that can't be kept."""
    try:
        return await settle(tools, engine, group, operation), None
    except StoreError as error:
        error.host, error.target = operation.host, f"{operation.host}/{operation.name}"
        return NOTHING_FREED, error


def held(tools: UpdateTools, row: Operation) -> AbstractContextManager[bool]:
    """Hold the leases of all containers of an operation, or none; the block gets True if they are held."""
    return held_together(tools.leases, row.host_id, identities(row))


def prepared(
    tools: UpdateTools, engine: Engine, group: GroupPlan, operation: Operation, follower: Follower, stop: Stop
) -> SwapRun:
    """Put together what executes or finishes one operation."""
    recorder = Recorder(tools.journal, tools.clock, operation, follower.step)

    def swap(place: int, plan: SwapPlan) -> Swap:
        context = Tools(tools.clock, tools.leases, stop, partial(follower.layer, plan), partial(login, plan))
        return Swap(engine, plan, MemberRecorder(recorder, group.container(place)), context)

    async def login(plan: SwapPlan) -> Credentials | None:
        return await tools.registry.credentials(Reference.parse(plan.image))

    return SwapRun([swap(place, plan) for place, plan in enumerate(group.members)], recorder)


def opened(tools: UpdateTools, group: GroupPlan) -> Operation:
    """Return the new journal row of a group's update."""
    main = group.main
    return Operation(
        op=tools.new_op(),
        host_id=main.host_id,
        host=main.host,
        identity=main.identity,
        name=main.name,
        key=main.key,
        by=tools.by,
        opened_at=tools.clock.now(),
        phase="forward",
        old=main.old,
        new=main.new,
        plan=encode(group),
        purpose=main.purpose,
    )


def _has_open_row(tools: UpdateTools, operation: Operation) -> bool:
    mine = set(identities(operation))
    open_rows = (row for row in tools.journal.unfinished() if row.host_id == operation.host_id)
    return any(mine.intersection(identities(row)) for row in open_rows)


async def settle(tools: UpdateTools, engine: Engine, group: GroupPlan, operation: Operation) -> Freed:
    """Draw the conclusions of an operation that has come to an end, and return what its clean-up freed.

    Raise StoreError if they can't be kept.
    """
    blamed = _blamed(group, operation)
    for swap in group.members:
        if swap.is_update:
            learn(tools.refusals, operation, swap, failed=swap in blamed)
    if operation.result != "updated":
        return NOTHING_FREED
    moved = _moved(group, operation)
    remember(tools, moved)
    note_kept(tools, moved, operation)
    return await clean_up(tools, engine, moved) if operation.phase == "closed" else NOTHING_FREED


def _blamed(group: GroupPlan, operation: Operation) -> Sequence[SwapPlan]:
    """The members whose new images failed: where one failed that keeps its image, those of the others made it fail."""
    rows = ((swap, operation.of(group.container(place))) for place, swap in enumerate(group.members))
    failed = [swap for swap, row in rows if "failed" in row.facts]
    return failed if all(swap.is_update for swap in failed) else group.members


def _moved(group: GroupPlan, operation: Operation) -> list[SwapPlan]:
    """The members that run another image now: not those only recreated, or back on the old one as the new was lost."""
    members = enumerate(group.members)
    return [
        swap
        for place, swap in members
        if swap.is_update and "recreate_old" not in begun(operation.of(group.container(place)))
    ]


def remember(tools: UpdateTools, moved: Sequence[SwapPlan]) -> None:
    """What runs now is what the registry serves: the next look needs no manifest to know.

    After a rollback it is not; what was found out before then is not about the image that runs, and counts no more.
    """
    for swap in moved:
        if swap.digest:
            tools.checks.remember_image(swap.host_id, swap.new_image_id, swap.repository, swap.digest)
        if swap.purpose == "rollback":
            continue
        current = Current(swap.new.digest, swap.new.version)
        answer = CheckAnswer(
            "up_to_date", current=current, checked_at=tools.clock.now(), image=swap.image, image_id=swap.new_image_id
        )
        tools.checks.save_answer(swap.host_id, swap.identity, answer)
