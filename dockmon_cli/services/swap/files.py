"""The files that compose put into the old container, on their way into the new one.

The lock gets a copy while the old one still runs. That proves that they can be copied, and keeps them for a way
back that has to create the old one again.
"""

from __future__ import annotations

from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.placed_files import FileContent, restamped
from dockmon_cli.core.swap_failure import StepFailed
from dockmon_cli.services.swap.context import Swap


async def hold_files(swap: Swap) -> None:
    """Read them from whichever container still has them. Raise StepFailed if none has."""
    if swap.files is not None or not swap.plan.placed:
        return
    for container in (swap.plan.old_id, swap.plan.lock_name, swap.recorder.operation.facts.get("new_id", "")):
        found = await _read(swap, container) if container else None
        if found is not None:
            swap.files = found
            return
    lost = ", ".join(swap.plan.placed)
    raise StepFailed(
        "create_failed", f"compose put {lost} into it, and no container has them any more: `docker compose up`"
    )


async def are_lost(swap: Swap) -> bool:
    """Tell whether compose put files into the old one that no container has any more."""
    try:
        await hold_files(swap)
    except StepFailed:
        return True
    return False


async def _read(swap: Swap, container: str) -> tuple[FileContent, ...] | None:
    try:
        return tuple([await swap.engine.read_file(container, path) for path in swap.plan.placed])
    except NoSuchObject:
        return None


async def put_files(swap: Swap, container: str) -> None:
    """Put them into a container that is not started yet; where they are already, the same ones again."""
    if not swap.plan.placed:
        return
    await hold_files(swap)
    document = await swap.engine.inspect(container)
    for file in swap.files or ():
        await swap.engine.write_file(container, restamped(file, document))
