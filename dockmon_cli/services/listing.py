"""A host's containers, each with its image as its user wrote it and the tags that its user gave it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from dockmon_cli.core.container_settings import LABELS
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


async def listed_with_labels(engine: Engine, tags: TagBook) -> list[Container]:
    """Return the engine's whole list as `listed` does, each told which labels about its settings its image brought.

    Docker shows an image's labels as the container's. Images are looked at only for containers that have such labels.
    """
    containers = await listed(engine, tags, all=True)
    images = {container.image_id for container in containers if not LABELS.isdisjoint(container.labels)}
    found = await asyncio.gather(*(_image_labels(engine, image) for image in images))
    brought = dict(zip(images, found, strict=True))
    return [_with_image_labels(container, brought.get(container.image_id, {})) for container in containers]


async def _image_labels(engine: Engine, image: str) -> Mapping[str, str]:
    """An image's own labels; none where the engine shows it no more."""
    try:
        document = await engine.inspect_image(image)
    except NoSuchObject:
        return {}
    return (document.get("Config") or {}).get("Labels") or {}


def _with_image_labels(container: Container, brought: Mapping[str, str]) -> Container:
    same = LABELS & {key for key, value in brought.items() if container.labels.get(key) == value}
    return replace(container, image_labels=same) if same else container


async def _as_written(engine: Engine, container: Container) -> Container | None:
    if not looks_like_image_id(container.image, container.image_id):
        return container
    try:
        document = await engine.inspect(container.id)
    except NoSuchObject:
        return None
    return replace(container, image=str(document["Config"]["Image"]))
