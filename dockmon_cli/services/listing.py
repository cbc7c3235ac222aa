"""A host's containers, each with its image as its user wrote it and the tags that its user gave it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.reference import looks_like_image_id
from dockmon_cli.core.tags import TagBook
from dockmon_cli.ports.engine import Engine


async def listed(engine: Engine, tags: TagBook, *, all: bool) -> list[Container]:  # noqa: A002 - Docker's own word
    """Return the engine's list with the users' tags; `all` includes those that do not run.

    Once a tag has moved, the list shows an ID in place of the name: those rows alone are inspected. One that is
    gone by then is left out.
    """
    rows = await engine.containers(all=all)
    found = await asyncio.gather(*(_as_written(engine, row) for row in rows))
    return [tags.tagged(container) for container in found if container is not None]


async def _as_written(engine: Engine, container: Container) -> Container | None:
    if not looks_like_image_id(container.image, container.image_id):
        return container
    try:
        document = await engine.inspect(container.id)
    except NoSuchObject:
        return None
    return replace(container, image=str(document["Config"]["Image"]))
