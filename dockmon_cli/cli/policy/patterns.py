"""`dockmon policy pattern`: what images are known for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated

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
    word = next((known for known in WORDS if known == verdict), None)
    if word is None:
        raise UsageError(f"{verdict!r} is no verdict", did_you_mean(verdict, WORDS) or f"one of: {', '.join(WORDS)}")
    kind = next((known for known in CATEGORIES if known == category), None)
    if kind is None:
        hint = did_you_mean(category, CATEGORIES) or f"one of: {', '.join(CATEGORIES)}"
        raise UsageError(f"{category!r} is no category", hint)
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
