"""`dockmon policy explain`: what each level says of a container."""

from __future__ import annotations

import asyncio
import sys

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.core.documents import encode
from dockmon_cli.core.policy import Level
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.text import printable
from dockmon_cli.services import policy as service

_COLUMNS = (
    Column("TARGET", lambda item: f"{item['host']}/{item['name']}"),
    Column("VERDICT", "verdict", state=True),
)


def explain(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Show what each level says of a container, and which wins."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    found = asyncio.run(wiring.explain_policy(settings, selector))
    errors = tuple(entry for problem in found.problems for entry in entries_of(problem))
    notes = () if found.items or errors else ("no container matches",)
    text = "\n".join(map(_block, found.items)) or None
    emit(Report(tuple(map(_item, found.items)), errors, _COLUMNS, notes, text), settings)
    return exit_code(ok=found.succeeded, failures=errors)


def _item(explained: service.Explained) -> Item:
    container, verdict = explained.container, explained.verdict
    return {
        **head(container),
        "verdict": verdict.verdict, "levels": encode(verdict.levels),
    }  # fmt: skip


def _block(explained: service.Explained) -> str:
    """One container for people: its verdict, then a line for each level with a mark at the one that wins."""
    levels = explained.verdict.levels
    width = max(len(_cell(level)) for level in levels)
    head = f"{explained.container.target}  {explained.verdict.verdict.upper()}"
    lines = (head, *(_line(number, level, width) for number, level in enumerate(levels, start=1)))
    return "".join(f"{printable(line)}\n" for line in lines)


def _line(number: int, level: Level, width: int) -> str:
    mark = _winning_mark() if level.wins else " "
    return f"{mark} {number} {level.level:<9}  {level.verdict or '-':<6}  {_cell(level):<{width}}  {level.why}"


def _cell(level: Level) -> str:
    """Where a level's verdict comes from, as far as its name does not tell already."""
    if level.pattern is not None:
        return f"{level.pattern} ({level.category})"
    return "" if level.level == "default" else level.source or ""


def _winning_mark() -> str:
    """A triangle, or what a terminal without one can show."""
    return "▶" if (sys.stdout.encoding or "").lower().startswith("utf") else ">"
