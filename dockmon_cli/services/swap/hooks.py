"""The steps that run a container's own commands: in the old one before it stops, in the new one when it is proven."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from dockmon_cli.core.errors import CutOff, EngineError
from dockmon_cli.core.hooks import DECLINES, Ended, said
from dockmon_cli.core.swap_failure import StepFailed
from dockmon_cli.services.swap.context import Swap


async def _pre_hook(swap: Swap) -> None:
    ended = await _run(swap, "pre", swap.plan.old_id, swap.plan.pre_hook)
    if ended.exit_code == DECLINES:
        swap.recorder.fact(declined="yes")
        raise StepFailed("pre_hook", f"{said('pre', ended)} (not now)")
    if ended.exit_code:
        raise StepFailed("pre_hook", said("pre", ended))


async def _post_hook(swap: Swap) -> None:
    ended = await _run(swap, "post", swap.new_id, swap.plan.post_hook)
    if ended.exit_code:
        raise StepFailed("post_hook", said("post", ended))


async def _run(swap: Swap, which: str, container: str, command: str) -> Ended:
    """Whatever keeps it from ending well is the hook's failure: nobody knows what it did."""
    limit = swap.plan.hook_timeout_s
    try:
        ended = await swap.engine.run_in(container, command, limit)
    except CutOff as error:
        swap.recorder.note_output(error.output)
        message = f"its {which} hook did not end within {limit:g} s, or the host was lost; it may run on"
        raise StepFailed(f"{which}_hook", message) from error
    except EngineError as error:
        raise StepFailed(f"{which}_hook", f"its {which} hook can't be run: {error.message}") from error
    swap.recorder.note_output(ended.output)
    return ended


HOOKS: Mapping[str, Callable[[Swap], Awaitable[None]]] = {"pre_hook": _pre_hook, "post_hook": _post_hook}
