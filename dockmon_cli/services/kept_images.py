"""Images that are kept to return to: noted after an update, looked up on their hosts, and removed by our own names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dockmon_cli.core.errors import Conflict, EngineError, HostError
from dockmon_cli.core.kept_image import PRUNE_TAG, KeptImage, KeptRecord, Surroundings, kept_image
from dockmon_cli.core.kept_past import moved_there, pending_tags, unstarted
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.retention import judge
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.update_gather import UpdateTools

LOOKS_BACK = 200
"""How many operations of the containers concerned are asked for the tags that dockmon made."""


def note_kept(tools: UpdateTools, moved: Sequence[SwapPlan], operation: Operation) -> None:
    """Given what moved to another image, write down which images were replaced, from now on unused by dockmon."""
    now = tools.clock.now()
    tools.kept.keep(
        [
            KeptRecord(
                plan.host_id, plan.keep_old, Reference.parse(plan.written).name, plan.old_image_id, plan.identity,
                operation.op, now, plan.old.digest, plan.old.version,
            )
            for plan in moved
        ]
    )  # fmt: skip


async def clean_up(tools: UpdateTools, engine: Engine, moved: Sequence[SwapPlan]) -> None:
    """Given what moved to another image, remove what retention lets go of the repositories that they came from.

    It went well whatever comes of this: what can't be removed now is there for the next time, and for `update prune`.
    """
    repositories = {Reference.parse(plan.written).name for plan in moved}
    try:
        images = await kept_on(tools, engine)
        for judged in judge(images, tools.limits, tools.clock.now()):
            if judged.goes and judged.image.repository in repositories:
                await remove(tools, engine, judged.image)
    except (HostError, EngineError):
        return


async def kept_on(tools: UpdateTools, engine: Engine) -> list[KeptImage]:
    """Return the images that dockmon keeps on a host; records of images that are gone are dropped."""
    host = engine.host
    rows, containers = await asyncio.gather(engine.tags(), engine.containers(all=True))
    records = tools.kept.kept(host.host_id)
    there = {row["Id"] for row in rows}
    tools.kept.forget_kept(host.host_id, [record.tag for record in records if record.image_id not in there])
    records = [record for record in records if record.image_id in there]

    def found(made: frozenset[tuple[str, str]]) -> list[KeptImage]:
        around = Surroundings(containers, records, made, pending, never_started)
        images = (kept_image(host.host_id, host.name, row, around) for row in rows)
        return [image for image in images if image is not None]

    pending = pending_tags(row for row in tools.journal.unfinished() if row.host_id == host.host_id)
    ops = (tools.journal.operation(op) for op in {record.op for record in records})
    never_started = unstarted(row for row in ops if row is not None)
    images = found(frozenset())
    named = {(host.host_id, record.identity) for image in images if image.others for record in image.records}
    return found(moved_there(tools.journal.history(limit=LOOKS_BACK, keys=sorted(named)))) if named else images


async def remove(tools: UpdateTools, engine: Engine, image: KeptImage) -> None:
    """Remove an image by names of our own, the last one taking it along. Raise Conflict where it is in use after all.

    An engine that knows the image by `repository@digest` keeps it as long as that name is there, which goes with the
    last tag in that repository: so it gets one of ours there first. Nothing is removed by force, ID or digest.
    """
    going = _last_of_all(image)
    for name in image.prune_names:
        await engine.tag(image.names[0], name)
    try:
        for name in going:
            await engine.untag(name)
    except Conflict:
        await _take_back(engine, image, going)
        raise
    tools.kept.forget_kept(image.host_id, [record.tag for record in image.records])


def _last_of_all(image: KeptImage) -> Sequence[str]:
    """All names, those for the removal last."""
    return sorted({*image.names, *image.prune_names}, key=lambda name: (PRUNE_TAG in name, name))


async def _take_back(engine: Engine, image: KeptImage, going: Sequence[str]) -> None:
    """Somebody uses it since we looked: it is called as before."""
    for record in image.records:
        await engine.tag(going[-1], record.tag)
    for name in image.prune_names:
        await engine.untag(name)
