"""`update prune`: look at what is kept on each host, decide, ask, and remove what retention lets go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dockmon_cli.core.errors import DockmonError, EngineError, HostError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.kept_image import KeptImage
from dockmon_cli.core.retention import Judged, judge
from dockmon_cli.core.selection import Selector, hosts_to_ask
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.fleet import as_failure, ask_each, open_fleet
from dockmon_cli.services.image_space import Meter
from dockmon_cli.services.kept_images import carry_out, kept_on
from dockmon_cli.services.update_gather import UpdateTools

Agree = Callable[[Sequence[Judged]], bool]
"""Shown what would go, the user says yes or no."""
CALL_TIMEOUT_S = 60.0
"""Removing the layers of a large image takes its time."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """One image, the decision about it, and what came of it (None: nothing was tried).

    `freed_bytes` is by how much the engine's own count went down; None where it could not tell.
    """

    judged: Judged
    result: Literal["removed", "kept", "failed"] | None = None
    freed_bytes: int | None = None
    error: DockmonError | None = None


@dataclass(frozen=True, slots=True)
class PruneReport:
    """All images that are kept, hosts that gave no answer; `went` is False after a no, `hosts` counts the answers."""

    items: tuple[Pruned, ...]
    problems: tuple[DockmonError, ...]
    went: bool
    hosts: int


async def prune(tools: UpdateTools, selector: Selector, agree: Agree | None) -> PruneReport:
    """Remove what retention lets go on the selected hosts, if the user agrees; with `agree` None only tell."""
    asked = hosts_to_ask(selector, tools.hosts)
    timeout_s = tools.host_timeout_s
    async with open_fleet(tools.engines, asked.hosts, timeout_s=timeout_s, call_timeout_s=CALL_TIMEOUT_S) as fleet:

        async def look(engine: Engine) -> tuple[Host, list[KeptImage]]:
            return engine.host, await kept_on(tools, engine, only_looks=agree is None)

        found, failed = await ask_each(fleet, look, timeout_s=timeout_s)
        problems = (*asked.problems, *fleet.failures, *failed)
        judged = judge([image for _host, images in found for image in images], tools.limits, tools.clock.now())
        going = [each for each in judged if each.goes]
        went = agree is not None and (not going or agree(going))
        items = [Pruned(each) for each in judged]
        if went:
            engines = {engine.host.host_id: engine for engine in fleet.engines}
            groups = [(engines[host.host_id], [i for i in items if _is_on(i, host)]) for host, _images in found]
            done = await asyncio.gather(*(_prune_host(tools, engine, there) for engine, there in groups))
            items = [item for host_items in done for item in host_items]
    return PruneReport(tuple(items), problems, went or agree is None, len(found))


def _is_on(item: Pruned, host: Host) -> bool:
    return item.judged.image.host_id == host.host_id


async def _prune_host(tools: UpdateTools, engine: Engine, items: Sequence[Pruned]) -> list[Pruned]:
    """One image after the other, each looked at once more: the user may have thought about it for long."""
    meter = Meter(engine)
    if any(item.judged.goes for item in items):
        await meter.went_down_by()
    return [
        await _prune_one(tools, engine, meter, item)
        if item.judged.goes or item.judged.image.spare
        else replace(item, result="kept")
        for item in items
    ]


async def _prune_one(tools: UpdateTools, engine: Engine, meter: Meter, item: Pruned) -> Pruned:
    """One whose names alone go stays, and nothing that takes room is freed with them."""
    try:
        still = await carry_out(tools, engine, item.judged)
    except HostError as error:
        return replace(item, result="failed", error=as_failure(engine.host, error))
    except EngineError as error:
        error.host = engine.host.name
        return replace(item, result="failed", error=error)
    if still is None or not still.goes:
        return replace(item, judged=still or item.judged, result="kept")
    return replace(item, judged=still, result="removed", freed_bytes=await meter.went_down_by())
