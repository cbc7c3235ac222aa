"""Containers as hosts list them, each with its image as its user wrote it and the tags that its user gave it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from dockmon_cli.core.container_settings import LABELS
from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import DockmonError, EngineError, NoSuchObject
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.reference import looks_like_image_id
from dockmon_cli.core.selection import Selection, Selector, hosts_to_ask, select
from dockmon_cli.core.tags import TagBook
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.services.fleet import ask_hosts

EVERYTHING = Selector()


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What the hosts list that can hold what was asked for, all asked at once.

    `containers` are their users' own, without those that a swap makes for the moment. `unknown` are hosts that were
    asked for and are none, `failures` tell why hosts gave no answer, `answered` counts those that did.
    """

    containers: tuple[Container, ...]
    unknown: tuple[DockmonError, ...]
    failures: tuple[DockmonError, ...]
    answered: int
    silent: tuple[str, ...]
    selector: Selector
    hosts: Sequence[Host]

    def select(self, update_states: Mapping[tuple[str, str], str] | None = None) -> Selection:
        """Return what was asked for of it; `update_states` as `core.selection.select` takes them."""
        return select(self.containers, self.selector, self.hosts, update_states=update_states, silent=self.silent)


async def everywhere(
    engines: Engines,
    hosts: Sequence[Host],
    selector: Selector,
    containers: Callable[[Engine], Awaitable[list[Container]]],
    *,
    timeout_s: float,
) -> Everywhere:
    """Given all configured hosts and what was asked for, list the containers; each host has `timeout_s`."""
    asked = hosts_to_ask(selector, hosts)
    told = await ask_hosts(engines, asked.hosts, containers, timeout_s=timeout_s)
    silent = {answer.host.name: answer.error for answer in told if answer.error}
    return Everywhere(
        containers=tuple(each for answer in told for each in answer.value or () if not each.is_temporary),
        unknown=asked.problems,
        failures=tuple(silent.values()),
        answered=len(told) - len(silent),
        silent=tuple(silent),
        selector=selector,
        hosts=hosts,
    )


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
    return await detailed(engine, container, _with_written_image)


def _with_written_image(container: Container, document: Document) -> Container:
    return replace(container, image=str(document["Config"]["Image"]))


async def detailed(
    engine: Engine, container: Container, tell: Callable[[Container, Document], Container]
) -> Container | None:
    """Return the container with what only its own document tells; None if it is gone by then.

    Of one that is broken Docker shows no document, as long as it is there: then it is as it was listed.
    """
    try:
        return tell(container, await engine.inspect(container.id))
    except NoSuchObject:
        return None
    except EngineError as error:
        if not error.is_internal:
            raise
        return container
