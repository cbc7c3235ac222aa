"""`dockmon tag`: the user's own tags."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.documents import encode
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import tags as service

app = App(help="Give containers tags, by which every command selects them.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The tag.")]

_COLUMNS = (Column("TARGET", "target"), Column("TAG", "tag"), Column("FROM", "from"), Column("BY", "by", wide=True))


@app.command()
def add(
    ctx: typer.Context,
    name: Name,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Give a tag to containers; they keep it when they are recreated.

    A selection tags the containers that it covers today, each by itself: it is no standing rule, unlike with other
    setters, because a tag is itself what standing rules select by.
    """
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    with _desk(settings) as desk:
        done = asyncio.run(service.add(desk, name, selector))
    notes = done.notes if done.items or done.problems else ("no container matches: a tag is given to those there now",)
    return _end(settings, done, notes, ok=len(done.items), text=None if done.items else "")


@app.command()
def remove(
    ctx: typer.Context,
    name: Name,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Take a tag from containers."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    with _desk(settings) as desk:
        done = asyncio.run(service.remove(desk, name, selector))
    text = "\n".join(f"{name} is taken from {item.target}" for item in done.items)
    nothing = () if done.items or done.problems else (f"no command gave the tag {name} there",)
    return _end(settings, done, (*nothing, *done.notes), ok=len(done.items), text=text)


@app.command("list")
def list_(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """List who has which tag and from where: a command, the configuration, or by itself."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    with _desk(settings) as desk:
        found = asyncio.run(service.list_tags(desk, selector))
    notes = () if found.items or found.problems else ("no container has a tag",)
    return _end(settings, found, notes, ok=found.hosts)


def _desk(settings: Settings) -> AbstractContextManager[service.TagDesk]:
    return wiring.tag_desk(settings)


def _end(
    settings: Settings, report: service.TagReport, notes: tuple[str, ...], *, ok: int, text: str | None = None
) -> int:
    """Print and return the exit code; a `text` stands for the table."""
    errors = tuple(entry for problem in report.problems for entry in entries_of(problem))
    items = tuple(map(_item, report.items))
    emit(Report(items, errors, _COLUMNS, notes, text), settings)
    return exit_code(ok=ok, failures=errors)


def _item(entry: service.Tagged) -> Item:
    who, given = head(entry.container), entry.given
    if entry.container is None:
        who["host"], who["identity"] = entry.target.partition("/")[::2]
    return {
        **who,
        "target": entry.target,
        "tag": entry.tag,
        "from": list(entry.sources),
        "by": given.by if given else None,
        "at": encode(given.at) if given else None,
    }
