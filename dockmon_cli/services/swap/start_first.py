"""The steps that start-first has of its own. Each may be repeated: it looks before it changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from dockmon_cli.core.errors import Conflict, EngineError, NoSuchObject
from dockmon_cli.core.start_first import all_endpoints, beside, lacks_aliases
from dockmon_cli.core.swap import changed_since
from dockmon_cli.core.swap_failure import Busy, StepFailed
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.create import check_image, connect_to, create_as
from dockmon_cli.services.swap.forward import disarm, refuse_changed, stop
from dockmon_cli.services.swap.proof import stays_well

AFTER_JOINING_S = 1.0


async def _create_beside(swap: Swap) -> None:
    """The temporary name is the lock, too: from here on nobody else swaps this container."""
    plan = swap.plan
    try:
        await create_as(swap, plan.lock_name, beside(plan.spec).body)
    except Conflict as error:
        raise Busy(plan.lock_name) from error
    if await swap.find(plan.old_id) is None:
        swap.recorder.fact(old_was_gone="yes")
        raise StepFailed("not_found", changed_since(plan, None))
    await refuse_changed(swap)
    await check_image(swap)


async def _connect_beside(swap: Swap) -> None:
    await connect_to(swap, beside(swap.plan.spec))


async def _rejoin(swap: Swap) -> None:
    """Only joining a network anew gives aliases in it, and breaks its connections: it has to stay well all the same.

    One that has ended meanwhile is in no network any more.
    """
    try:
        await _join_anew(swap)
    except EngineError:
        await stays_well(swap.engine, swap.plan, swap.new_id, swap.tools.clock, 0.0)
        raise
    await stays_well(swap.engine, swap.plan, swap.new_id, swap.tools.clock, AFTER_JOINING_S)


async def _join_anew(swap: Swap) -> None:
    for endpoint in all_endpoints(swap.plan.spec):
        if lacks_aliases(endpoint, await swap.engine.inspect(swap.new_id)):
            await swap.engine.disconnect(endpoint.network, swap.new_id)
            await swap.engine.connect(endpoint.network, swap.new_id, endpoint.config)


async def _step_aside(swap: Swap) -> None:
    """One that is gone is in nobody's way."""
    with suppress(NoSuchObject):
        await swap.engine.rename(swap.plan.old_id, swap.plan.aside_name)


async def _take_name(swap: Swap) -> None:
    await swap.engine.rename(swap.new_id, swap.plan.name)


async def _leave(swap: Swap) -> None:
    """No name leads to it any more before it stops to answer."""
    old = await swap.find(swap.plan.old_id)
    networks = (old["NetworkSettings"].get("Networks") or {}) if old else {}
    for network in networks:
        await swap.engine.disconnect(network, swap.plan.old_id)


async def _retire(swap: Swap) -> None:
    if await swap.find(swap.plan.old_id):
        await disarm(swap)
        await stop(swap)


async def _rejoin_old(swap: Swap) -> None:
    for endpoint in all_endpoints(swap.plan.old_spec):
        await swap.engine.connect(endpoint.network, swap.plan.old_id, endpoint.config)


START_FIRST: Mapping[str, Callable[[Swap], Awaitable[None]]] = {
    "create_beside": _create_beside,
    "connect_beside": _connect_beside,
    "rejoin": _rejoin,
    "step_aside": _step_aside,
    "take_name": _take_name,
    "leave": _leave,
    "retire": _retire,
    "rejoin_old": _rejoin_old,
}
