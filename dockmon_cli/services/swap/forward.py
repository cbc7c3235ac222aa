"""The steps of the way forward. Those that recovery takes as well look before they change anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from dockmon_cli.core.create_spec import lock_body
from dockmon_cli.core.create_spec.build import NEVER_RESTARTED, OP_LABEL
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Conflict, EngineError
from dockmon_cli.core.recovery import ALIVE
from dockmon_cli.core.swap import SET_ANEW, changed_since, was_set_anew
from dockmon_cli.core.swap_failure import BUSY, Busy, StepFailed
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.create import check_image, connect_to, create_from
from dockmon_cli.services.swap.files import put_files
from dockmon_cli.services.swap.proof import LOOK_EVERY_S, prove, still_well

PULL_DEADLINE_S = 3600.0
GONE_MARGIN_S = 20.0


async def _pull(swap: Swap) -> None:
    await _refuse_beside_others(swap)
    if await swap.tags.image_id(swap.plan.new_image_id):
        return
    if not swap.plan.digest:  # without one an engine pulls every tag there is
        raise StepFailed("not_found", "its image was removed meanwhile, and no digest is known to pull it by")
    await swap.tools.stop.breaks(fetch(swap, swap.plan.digest))
    if not await swap.tags.image_id(swap.plan.new_image_id):
        raise StepFailed("platform", f"what was pulled is not the decided image {swap.plan.new_image_id[:19]}")


async def fetch(swap: Swap, digest: str) -> None:
    login = await swap.tools.login()
    await swap.engine.pull(swap.plan.repository, digest, login, swap.tools.on_layer, PULL_DEADLINE_S)


async def _refuse_beside_others(swap: Swap) -> None:
    """The lock's name decides; looking before it spares a pull, and names of images that would be theirs too."""
    for name in (swap.plan.lock_name, swap.plan.aside_name):
        found = await swap.find(name)
        if found and _is_left_over(swap, found):
            await swap.engine.remove(found["Id"], volumes=True)
        elif found:
            raise Busy(name)


def _is_left_over(swap: Swap, found: Document) -> bool:
    """True of a lock that the engine made when nobody waited for it any more: its operation is over."""
    op = (found["Config"].get("Labels") or {}).get(OP_LABEL, "")
    return found["State"]["Status"] == "created" and swap.recorder.is_over(op)


async def _keep(swap: Swap) -> None:
    await _refuse_beside_others(swap)
    await swap.tags.keep()


async def _lock(swap: Swap) -> None:
    """From here on nobody else swaps this container; nobody has done anything to it since the plan, either."""
    plan = swap.plan
    try:
        await swap.engine.create(plan.lock_name, lock_body(plan.spec.body, plan.keep_new, swap.recorder.operation.op))
    except Conflict as error:
        raise Busy(plan.lock_name) from error
    old = await swap.find(plan.old_id)
    if changed := changed_since(plan, old):
        taken = old or await swap.find(plan.name)  # somebody else may have updated it meanwhile
        raise StepFailed(BUSY if taken else "not_found", changed)
    await put_files(swap, plan.lock_name)


async def disarm(swap: Swap) -> None:
    await swap.engine.set_restart_policy(swap.plan.old_id, NEVER_RESTARTED)


async def stop(swap: Swap) -> None:
    await swap.engine.stop(swap.plan.old_id, swap.plan.stop_grace_s)
    if not swap.plan.has_way_back:
        await _wait_until_gone(swap)


async def _wait_until_gone(swap: Swap) -> None:
    deadline = swap.tools.clock.monotonic() + GONE_MARGIN_S
    while swap.tools.clock.monotonic() < deadline:
        if await swap.find(swap.plan.old_id) is None:
            return
        await swap.tools.clock.sleep(LOOK_EVERY_S)
    raise StepFailed("create_failed", "the engine did not remove the old container after its stop (--rm)")


async def _set_aside(swap: Swap) -> None:
    await swap.engine.rename(swap.plan.old_id, swap.plan.aside_name)


async def _lend_tag(swap: Swap) -> None:
    await swap.tags.lend(swap.plan.image, swap.plan.keep_new, swap.plan.new_image_id)


async def _create(swap: Swap) -> None:
    await create_from(swap, swap.plan.spec)
    await check_image(swap)


async def _copy_files(swap: Swap) -> None:
    await put_files(swap, swap.new_id)


async def _return_tag(swap: Swap) -> None:
    await swap.tags.give_back()


async def _connect(swap: Swap) -> None:
    await connect_to(swap, swap.plan.spec)


async def start(swap: Swap) -> None:
    try:
        await swap.engine.start(swap.new_id)
    except EngineError:
        # What it is bound to may have ended right after its own start: then that is what failed.
        await _look_at_earlier(swap)
        raise
    # A call that took long proves nothing: what counts is how long it was seen to run.
    swap.started = swap.tools.clock.monotonic()


async def _look_at_earlier(swap: Swap) -> None:
    """Raise OtherFailed if a new one of an earlier member, which had to be well, is not."""
    for other in swap.group[: swap.group.index(swap)]:
        await still_well(other)


async def _verify(swap: Swap) -> None:
    meanwhile = _let_it_run if swap.plan.starts_first else _keep_watch
    await prove(swap.engine, swap.plan, swap.new_id, swap.tools.clock, partial(meanwhile, swap), swap.started)
    if swap.plan.starts_first:
        await refuse_changed(swap)


async def refuse_changed(swap: Swap) -> None:
    """Whoever stopped or renamed the old one while it ran beside the new one gets it as it is."""
    old = await swap.find(swap.plan.old_id)
    if old and (changed := changed_since(swap.plan, old)):
        raise StepFailed(BUSY, changed)


async def _let_it_run(_swap: Swap) -> None:
    """The old one serves until the new one is proven."""


async def _keep_watch(swap: Swap) -> None:
    """While one proves itself, none that is set aside may be up, and those that are proven already stay well."""
    for other in swap.group:
        await keep_old_down(other)
    await _look_at_earlier(swap)


async def keep_old_down(swap: Swap) -> None:
    """`docker compose start` may wake the one that is set aside; two on one volume is what must never be."""
    old = await swap.find(swap.plan.old_id)
    if old and old["State"]["Status"] in ALIVE:
        await swap.engine.stop(swap.plan.old_id, swap.plan.stop_grace_s)


async def pause(swap: Swap) -> None:
    await swap.engine.pause(swap.new_id)


async def _commit(swap: Swap) -> None:
    """A last look: what came after the proof, a hook or another network, may have been too much for one of them.

    And an old one may have taken long to stop: what its user set meanwhile is not in the plan, so it stays.
    """
    for other in swap.group:
        await still_well(other)
        old = await other.find(other.plan.old_id)
        if old and was_set_anew(other.plan, old, disarmed=True):
            raise StepFailed(BUSY, SET_ANEW)
    swap.recorder.phase("committed")


async def _remove_old(swap: Swap) -> None:
    await keep_old_down(swap)
    await swap.engine.remove(swap.plan.old_id, volumes=False)


async def _move_tag(swap: Swap) -> None:
    await swap.tags.move()


async def _unlock(swap: Swap) -> None:
    """What volumes the lock made itself go with it; the user's are not mounted in it. One of an earlier version runs
    if somebody started all that there was."""
    lock = await swap.find(swap.plan.lock_name)
    if lock and (lock["Config"].get("Labels") or {}).get(OP_LABEL) == swap.recorder.operation.op:
        if lock["State"]["Status"] in ALIVE:
            await swap.engine.stop(lock["Id"], swap.plan.stop_grace_s)
        await swap.engine.remove(lock["Id"], volumes=True)


async def _drop_new_tag(swap: Swap) -> None:
    new = await swap.find(swap.recorder.operation.facts.get("new_id") or swap.plan.name)
    await swap.tags.drop_new(in_use=new is not None and new["Image"] == swap.plan.new_image_id)


FORWARD: Mapping[str, Callable[[Swap], Awaitable[None]]] = {
    "pull": _pull,
    "keep": _keep,
    "lock": _lock,
    "disarm": disarm,
    "stop": stop,
    "set_aside": _set_aside,
    "lend_tag": _lend_tag,
    "create": _create,
    "copy_files": _copy_files,
    "connect": _connect,
    "start": start,
    "return_tag": _return_tag,
    "verify": _verify,
    "pause": pause,
    "commit": _commit,
    "remove_old": _remove_old,
    "move_tag": _move_tag,
    "unlock": _unlock,
    "drop_new_tag": _drop_new_tag,
}
