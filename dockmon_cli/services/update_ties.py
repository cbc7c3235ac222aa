"""Gather what is tied to a container that has an update, with all that recreating it together with it needs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from dockmon_cli.core.containers import Container, short_id
from dockmon_cli.core.dependents import SHORTEST_ID, Graph, needs_running
from dockmon_cli.core.detect import managed_by
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.own_container import is_own
from dockmon_cli.core.placed_files import FileInfo, placed, suspects
from dockmon_cli.core.road_container import is_road
from dockmon_cli.core.swap import start_state
from dockmon_cli.core.update_plan import Candidate, Dependent
from dockmon_cli.core.verify import is_ill
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.update_gather import HostView, UpdateTools


async def with_ties(tools: UpdateTools, view: HostView, candidate: Candidate) -> Candidate:
    """Given a container with an update, add what goes down with it, and what comes before it.

    One that has come to the host since it was listed is tied to nobody.
    """
    graph, container = await view.graph(), candidate.container
    if container.id not in graph.names:
        return candidate
    documents = {document["Id"]: document for document in await view.documents()}
    listed = {row.id: row for row in view.containers}
    dependents = [
        await _dependent(tools, view, graph, listed[found], documents)
        for found in graph.bound_to(container.id)
        if found in listed
    ]
    return replace(
        candidate,
        dependents=tuple(dependents),
        ties=_ties(graph, container.id),
        place=graph.order.index(container.id),
        circle=graph.circle_of(container.id),
        down=_down(candidate.inspect, documents),
        is_road=is_road(view.engine.host, candidate.inspect, documents.values()),
        needs=frozenset(f"{container.host_id}:{short_id(other)}" for other in graph.needs(container.id)),
    )


async def _dependent(
    tools: UpdateTools, view: HostView, graph: Graph, row: Container, documents: dict[str, Document]
) -> Dependent:
    inspect, config = documents[row.id], await _image_config(view.engine, documents[row.id])
    labels, image_labels = inspect["Config"].get("Labels") or {}, (config or {}).get("Labels") or {}
    return Dependent(
        container=row,
        inspect=inspect,
        info=view.info,
        ties=_ties(graph, row.id),
        place=graph.order.index(row.id),
        image_config=config,
        circle=graph.circle_of(row.id),
        down=_down(inspect, documents),
        manager=managed_by(labels, image_labels),
        size_rw=await view.engine.size_rw(row.id),
        placed_files=await placed_by_compose(view.engine, inspect),
        ended_well=tools.checks.ended_well(row.host_id, row.identity),
        is_own=is_own(row.id, tools.own_ids),
        is_road=is_road(view.engine.host, inspect, documents.values()),
        is_ill=is_ill(inspect, tools.clock.now()),
    )


def _ties(graph: Graph, container: str) -> dict[str, str]:
    """What it is bound to, name by ID."""
    return {other: graph.names[other] for other in graph.bound[container]}


def _down(container: Document, documents: dict[str, Document]) -> str:
    """What does not run, or is gone, though this one runs, and has to if this one is to be started again."""
    if start_state(container) == "stopped":
        return ""
    for call, needed in needs_running(container, documents.values()):
        if needed is None or start_state(needed) == "stopped":
            return str(needed["Name"]).removeprefix("/") if needed else call[:SHORTEST_ID]
    return ""


async def _image_config(engine: Engine, container: Document) -> Document | None:
    try:
        config: Document = (await engine.inspect_image(container["Image"])).get("Config") or {}
    except NoSuchObject:
        return None
    return config


async def placed_by_compose(engine: Engine, container: Document) -> tuple[str, ...]:
    """The files that compose put into it. One that goes away while it is looked at was none."""
    paths = suspects(await engine.changes(container["Id"]), container)
    looks = [asyncio.ensure_future(_file_info(engine, container["Id"], path)) for path in paths]
    try:
        found = await asyncio.gather(*looks)
    finally:
        for look in looks:  # where one failed, nobody waits for the others
            look.cancel()
    return placed(filter(None, found), container)


async def _file_info(engine: Engine, container: str, path: str) -> FileInfo | None:
    try:
        return await engine.file_info(container, path)
    except NoSuchObject:
        return None
