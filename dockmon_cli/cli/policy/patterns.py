"""`dockmon policy pattern`: what images are known for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Annotated, TypeVar

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.container_settings import WORDS
from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.patterns import CATEGORIES
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.text import did_you_mean
from dockmon_cli.services import patterns as service

app = App(help="See and change what images are known for.")

T = TypeVar("T", bound=str)
Glob = Annotated[
    str, typer.Argument(metavar="GLOB", help="For the last path parts of the image's repository, or name:GLOB.")
]

_COLUMNS = (
    Column("PATTERN", "pattern"),
    Column("VERDICT", "verdict", state=True),
    Column("CATEGORY", "category"),
    Column("OWN", "own"),
    Column("ENABLED", "enabled"),
    Column("BY", "by", wide=True),
    Column("AT", "at", wide=True),
)


@app.command("list")
def list_(ctx: typer.Context) -> int:
    """List all patterns, your own first."""
    with _desk(settings_of(ctx)) as desk:
        found = desk.patterns()
    return _end(ctx, *found)


@app.command()
def add(
    ctx: typer.Context,
    glob: Glob,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="allow, warn, block or ignore.")],
    category: Annotated[
        str, typer.Option("--category", metavar="C", help="databases, proxies, monitoring, critical or custom.")
    ] = "custom",
) -> int:
    """Add a pattern of your own; it comes before those that dockmon brings."""
    word, kind = _one_of(WORDS, verdict, "verdict"), _one_of(CATEGORIES, category, "category")
    with _desk(settings_of(ctx)) as desk:
        return _end(ctx, service.add(desk, glob, word, kind))


@app.command()
def remove(ctx: typer.Context, glob: Glob) -> int:
    """Remove a pattern of your own."""
    with _desk(settings_of(ctx)) as desk:
        return _end(ctx, service.remove(desk, glob), text=f"{glob} is removed")


@app.command()
def enable(ctx: typer.Context, glob: Glob) -> int:
    """Switch a pattern on again."""
    with _desk(settings_of(ctx)) as desk:
        return _end(ctx, service.switch(desk, glob, enabled=True))


@app.command()
def disable(ctx: typer.Context, glob: Glob) -> int:
    """Switch a pattern off; your own one of that glob, else the one that dockmon brings."""
    with _desk(settings_of(ctx)) as desk:
        return _end(ctx, service.switch(desk, glob, enabled=False))


def _one_of(known: Sequence[T], typed: str, what: str) -> T:
    """The word typed, if it is one of those known. Raise UsageError where it is no such `what`."""
    found = next((word for word in known if word == typed), None)
    if found is None:
        raise UsageError(f"{typed!r} is no {what}", did_you_mean(typed, known) or f"one of: {', '.join(known)}")
    return found


def _desk(settings: Settings) -> AbstractContextManager[service.PatternDesk]:
    return wiring.pattern_desk(settings)


def _end(ctx: typer.Context, *patterns: Pattern, text: str | None = None) -> int:
    emit(Report(tuple(map(_item, patterns)), columns=_COLUMNS, text=text), settings_of(ctx))
    return 0


def _item(pattern: Pattern) -> Item:
    return {
        "pattern": pattern.glob, "verdict": pattern.verdict, "category": pattern.category, "own": pattern.own,
        "enabled": pattern.enabled, "by": pattern.by or None, "at": encode(pattern.at),
    }  # fmt: skip
