"""`ps`: the containers of all hosts, each with the stored answer about its update."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document, parse_moment, parse_time
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.reference import looks_like_image_id
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.services.listing import detailed, everywhere, listed

Answers = Mapping[tuple[str, str], CheckAnswer]


@dataclass(frozen=True, slots=True)
class Row:
    """One container and the stored answer about its update, if there is one."""

    container: Container
    update: CheckAnswer | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The containers chosen, by host and name, and everything that could not be had: hosts and TARGETs.

    `succeeded` counts what was asked for and answered: named containers, else hosts.
    """

    rows: tuple[Row, ...]
    problems: tuple[DockmonError, ...]
    succeeded: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: `stopped` ones too, and with `details` the restarts and the exact `since` of each."""

    selector: Selector
    stopped: bool = False
    details: bool = False

    @property
    def all(self) -> bool:
        """True if the engine must list those that do not run as well; a TARGET is shown whatever its state."""
        return self.stopped or self.selector.wants_all or bool(self.selector.targets)


async def ps(
    engines: Engines,
    hosts: Sequence[Host],
    answers: Answers,
    wanted: Wanted,
    *,
    timeout_s: float,
    tags: TagBook = NO_TAGS,
) -> Listing:
    """Given all configured hosts and what is stored, list what is wanted; each host has `timeout_s`."""
    question = partial(_containers, wanted=wanted, tags=tags)
    there = await everywhere(engines, hosts, wanted.selector, question, timeout_s=timeout_s)
    known = _still_true(answers, there.containers)
    chosen = there.select({key: answer.state for key, answer in known.items()})
    rows = [Row(container, known.get((container.host_id, container.identity))) for container in chosen.chosen]
    return Listing(
        rows=tuple(sorted(rows, key=lambda row: (row.container.host, row.container.name))),
        problems=(*there.unknown, *there.failures, *chosen.problems),
        succeeded=len(rows) if wanted.selector.targets else there.answered,
    )


def _still_true(answers: Answers, found: Sequence[Container]) -> Answers:
    """The answers about what runs now: one about an image from before it was recreated is none."""
    keyed = (((container.host_id, container.identity), container) for container in found)
    return {
        key: answers[key]
        for key, container in keyed
        if key in answers and answers[key].is_about(container.image, container.image_id)
    }


async def _containers(engine: Engine, wanted: Wanted, tags: TagBook) -> list[Container]:
    if not wanted.details:
        return await listed(engine, tags, all=wanted.all)
    rows = await engine.containers(all=wanted.all)
    found = await asyncio.gather(*(detailed(engine, row, _with_document) for row in rows if not row.is_temporary))
    return [tags.tagged(container) for container in found if container is not None]


def _with_document(container: Container, document: Document) -> Container:
    moved = looks_like_image_id(container.image, container.image_id)
    return replace(
        container,
        image=str(document["Config"]["Image"]) if moved else container.image,
        restarts=int(document.get("RestartCount") or 0),
        since=_since(container, document) or container.since,
        created_at=parse_time(document["Created"]),
    )


def _since(container: Container, document: Document) -> datetime | None:
    """When the status began, to the moment; None where the document does not tell (paused is told nowhere)."""
    if container.status == "created":
        return parse_time(document["Created"])
    field = "FinishedAt" if container.status in ("exited", "dead", "restarting") else "StartedAt"
    return parse_moment(document["State"].get(field))
