"""The steps of the way back, and of recovery. Each may be repeated: it looks before it changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from dockmon_cli.core.create_spec import CreateSpec
from dockmon_cli.core.swap_failure import StepFailed
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.create import connect_to, create_from
from dockmon_cli.services.swap.files import hold_files, put_files
from dockmon_cli.services.swap.forward import fetch, keep_old_down, pause, start

STRANGER_S = 2.0


async def _remove_new(swap: Swap) -> None:
    """Its own volumes go with it; where nobody else has the old one's, Podman would take those along too."""
    await _stop_new(swap)
    is_old_there = await swap.find(swap.plan.old_id) is not None
    await swap.engine.remove(swap.new_id, volumes=is_old_there)


async def _stop_new(swap: Swap) -> None:
    await swap.engine.stop(swap.new_id, swap.plan.stop_grace_s)


async def _take_back_name(swap: Swap) -> None:
    await swap.engine.rename(swap.plan.old_id, swap.plan.name)


async def _rearm(swap: Swap) -> None:
    await swap.engine.set_restart_policy(swap.plan.old_id, swap.plan.restart_policy)


async def _start_old(swap: Swap) -> None:
    await swap.engine.start(swap.plan.old_id)


async def _pause_old(swap: Swap) -> None:
    await swap.engine.pause(swap.plan.old_id)


async def _start_stranger(swap: Swap) -> None:
    """The original goes only if what took its place stays up."""
    await keep_old_down(swap)
    await swap.engine.start(swap.plan.name)
    await swap.tools.clock.sleep(STRANGER_S)
    found = await swap.find(swap.plan.name)
    if found is None or found["State"]["Status"] != "running":
        raise StepFailed("exited", f"what took the name {swap.plan.name} does not stay up")


async def _drop_old_tag(swap: Swap) -> None:
    await swap.tags.drop_old()


async def _restart_old(swap: Swap) -> None:
    """What it is bound to was started after it."""
    await swap.engine.stop(swap.plan.old_id, swap.plan.stop_grace_s)
    await swap.engine.start(swap.plan.old_id)


async def _recreate_old(swap: Swap) -> None:
    """Its image may have been pruned with it: then it is fetched again, by the digest that it had."""
    plan = swap.plan
    if plan.old.digest and not await swap.tags.image_id(plan.keep_old):
        await fetch(swap, plan.old.digest)
        await swap.engine.tag(plan.old_image_id, plan.keep_old)
    await _recreate(swap, plan.old_spec, plan.written, plan.keep_old, plan.old_image_id)


async def _recreate_new(swap: Swap) -> None:
    """What it is bound to was replaced after all were proven: it is created once more, of the image that it has now."""
    plan = swap.plan
    await _recreate(swap, plan.spec, plan.image, plan.keep_new, plan.new_image_id)


async def _recreate(swap: Swap, spec: CreateSpec, image: str, keep: str, image_id: str) -> None:
    plan = swap.plan
    swap.recorder.fact(new_id="")
    if plan.lends_tag:
        await swap.tags.lend(image, keep, image_id)
    await create_from(swap, spec)
    swap.recorder.fact(new_id=swap.new_id)  # one step does it all: it is on record before it is started
    if plan.lends_tag:
        await swap.tags.give_back()
    await put_files(swap, swap.new_id)
    await connect_to(swap, spec)
    if plan.start_state != "stopped":
        await start(swap)
    if plan.start_state == "paused":
        await pause(swap)


BACK: Mapping[str, Callable[[Swap], Awaitable[None]]] = {
    "remove_new": _remove_new,
    "stop_new": _stop_new,
    "take_back_name": _take_back_name,
    "rearm": _rearm,
    "start_old": _start_old,
    "restart_old": _restart_old,
    "pause_old": _pause_old,
    "start_stranger": _start_stranger,
    "drop_old_tag": _drop_old_tag,
    "hold_files": hold_files,
    "recreate_old": _recreate_old,
    "recreate_new": _recreate_new,
}
