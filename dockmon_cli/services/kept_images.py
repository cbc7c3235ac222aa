"""Images that dockmon keeps: noted after an update, looked up on their hosts, and removed by our own names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import Conflict, EngineError, HostError
from dockmon_cli.core.kept_image import PRUNE_TAG, KeptImage, KeptRecord, Surroundings, kept_image
from dockmon_cli.core.kept_past import moved_there, pending_tags, unstarted
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.retention import Judged, judge
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.container_leases import held_together
from dockmon_cli.services.image_space import NOTHING_FREED, Freed, Meter
from dockmon_cli.services.update_gather import UpdateTools

LOOKS_BACK = 200
"""How many operations of the containers concerned are asked for the tags that dockmon made."""
OTHERS_S = 60.0
"""How long to wait for another clean-up of the same host: each counts what it freed itself."""
COUNTS_IMAGES_ALONE = (1, 42)
"""The API from which on an engine tells its images' room without counting all volumes, which takes a minute."""


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


async def clean_up(tools: UpdateTools, engine: Engine, moved: Sequence[SwapPlan]) -> Freed:
    """Given what moved to another image, remove what retention lets go of the repositories that they came from.

    It went well whatever comes of this: what can't be removed now is there for the next time, and for `update prune`.
    One that was fetched for another container stays: that one's own update may be about to begin.
    """
    repositories = {Reference.parse(plan.written).name for plan in moved}

    def is_meant(judged: Judged) -> bool:
        return judged.goes and judged.image.repository in repositories and not judged.image.waiting

    lease = f"images {engine.host.host_id}"
    async with tools.leases.hold(lease, deadline_s=OTHERS_S) as is_held:
        return await _remove_all(tools, engine, is_meant) if is_held else NOTHING_FREED


async def let_go(tools: UpdateTools, engine: Engine, fetched: Sequence[SwapPlan]) -> Freed:
    """Given what was just fetched, remove what was fetched for the same containers before and is awaited no more."""
    whose = {plan.identity for plan in fetched}
    new = {plan.keep_new for plan in fetched}

    def is_meant(judged: Judged) -> bool:
        image = judged.image
        return (judged.goes or bool(image.spare)) and bool(whose & image.waiting) and new.isdisjoint(image.names)

    return await _remove_all(tools, engine, is_meant)


async def _remove_all(tools: UpdateTools, engine: Engine, is_meant: Callable[[Judged], bool]) -> Freed:
    """Carry out the decisions that are meant. Nobody waits for this, so it ends with the first failure."""
    images, meter = 0, Meter(engine)
    try:
        meant = [
            each for each in judge(await kept_on(tools, engine), tools.limits, tools.clock.now()) if is_meant(each)
        ]
        if any(judged.goes for judged in meant) and (await engine.info()).api_at_least(*COUNTS_IMAGES_ALONE):
            await meter.went_down_by()
        for judged in meant:
            done = await carry_out(tools, engine, judged)
            images += done is not None and done.goes
    except (HostError, EngineError):
        pass
    return Freed(images, await meter.went_down_by() if images and meter.has_begun else None)


async def carry_out(tools: UpdateTools, engine: Engine, judged: Judged) -> Judged | None:
    """Remove an image, or names of it that nothing needs any more, if that is still the decision about it.

    Return the decision of now, None where the image is gone. While this lasts nobody, in whatever process, begins an
    update of a container that it was fetched for. Raise Conflict where the image is in use after all.
    """
    with held_together(tools.leases, judged.image.host_id, judged.image.waiting) as is_free:
        now = judge(await kept_on(tools, engine), tools.limits, tools.clock.now())
        still = next((each for each in now if each.image.image_id == judged.image.image_id), None)
        if still is None:
            return None
        if not is_free or not still.image.waiting <= judged.image.waiting:
            return replace(still, goes=False, reason="unproven", message="an update that may need it is under way")
        if still.goes:
            await remove(tools, engine, still.image)
        else:
            for name in still.image.spare:
                await engine.untag(name)
        return still


async def kept_on(tools: UpdateTools, engine: Engine, *, only_looks: bool = False) -> list[KeptImage]:
    """Return the images that dockmon keeps on a host.

    Records of images that are gone are dropped, unless nothing is to be written.
    """
    host = engine.host
    rows, containers = await asyncio.gather(engine.tags(), engine.containers(all=True))
    records = tools.kept.kept(host.host_id)
    there = {row["Id"] for row in rows}
    gone = [record.tag for record in records if record.image_id not in there]
    if gone and not only_looks:
        tools.kept.forget_kept(host.host_id, gone)
    around = _surroundings(tools, host.host_id, containers, [record for record in records if record.image_id in there])

    def found(around: Surroundings) -> list[KeptImage]:
        images = (kept_image(host.host_id, host.name, row, around) for row in rows)
        return [image for image in images if image is not None]

    images = found(around)
    named = {(host.host_id, record.identity) for image in images if image.others for record in image.records}
    if not named:
        return images
    return found(replace(around, moved_there=moved_there(tools.journal.history(limit=LOOKS_BACK, keys=sorted(named)))))


def _surroundings(
    tools: UpdateTools, host_id: str, containers: Sequence[Container], records: Sequence[KeptRecord]
) -> Surroundings:
    """What is on record of a host: read after its containers, so that no swap is missed that took one of them away."""
    ops = (tools.journal.operation(op) for op in {record.op for record in records})
    seen = tools.checks.remembered_images(host_id)
    return Surroundings(
        containers,
        records,
        pending=pending_tags(row for row in tools.journal.unfinished() if row.host_id == host_id),
        unstarted=unstarted(row for row in ops if row is not None),
        answers={who: answer for (host, who), answer in tools.checks.answers().items() if host == host_id},
        digests={image: frozenset().union(*by_repository.values()) for image, by_repository in seen.items()},
    )


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
