"""Waiting until the new container has proven itself, or has not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_failure import OtherFailed, StepFailed
from dockmon_cli.core.verify import Judgement, judge, rule_for
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.swap.context import Swap

LOOK_EVERY_S = 0.25


async def prove(
    engine: Engine,
    plan: SwapPlan,
    new_id: str,
    clock: Clock,
    meanwhile: Callable[[], Awaitable[None]],
    started: float | None = None,
) -> None:
    """Look at the container `new_id` again and again until it is proven, doing `meanwhile` between looks.

    `started` is when it was started, by the same clock; without it that counts from now. A look tells of the moment at
    which it was asked for, however long the answer takes. Raise StepFailed with what speaks against it.
    """
    began = clock.monotonic() if started is None else started
    while True:
        elapsed_s = clock.monotonic() - began
        if (await _look(engine, plan, new_id, elapsed_s)).state == "proven":
            return
        await meanwhile()
        await clock.sleep(LOOK_EVERY_S)


async def still_well(swap: Swap) -> None:
    """Look once at a new container that had to be well, unless it is given up. Raise OtherFailed if it is not."""
    if not swap.plan.proves_itself or not swap.ends_new:
        return
    try:
        await _look(swap.engine, swap.plan, swap.new_id)
    except StepFailed as error:
        raise OtherFailed(swap.plan.name, error.code, error.message) from error


async def stays_well(engine: Engine, plan: SwapPlan, new_id: str, clock: Clock, seconds: float) -> None:
    """Look at a proven container for so many seconds more. Raise StepFailed if something speaks against it."""
    until = clock.monotonic() + seconds
    while True:
        await _look(engine, plan, new_id)
        if clock.monotonic() >= until:
            return
        await clock.sleep(LOOK_EVERY_S)


async def _look(engine: Engine, plan: SwapPlan, new_id: str, elapsed_s: float = 0.0) -> Judgement:
    """Judge how it is now. Raise StepFailed if something is against it."""
    try:
        container = await engine.inspect(new_id)
    except NoSuchObject as error:
        raise StepFailed("exited", "it ended, and was removed at once") from error
    judgement = judge(rule_for(container, plan.verify, may_end=plan.may_end), container, elapsed_s)
    if judgement.state == "failed":
        raise StepFailed(judgement.reason, judgement.message)
    return judgement
