"""`dockmon update skip`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.endings import each_once, entries, plan_entries, reading_exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import update_skip as service

_COLUMNS = (
    Column("TARGET", "target"),
    Column("RESULT", "result", state=True),
    Column("VERSION", "version"),
    Column("DIGEST", "digest", shrinks=True),
)


def skip(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    undo: Annotated[bool, typer.Option("--undo", help="Let what was skipped come again.")] = False,
) -> int:
    """Skip the version that is there now: no selection and no automatic run takes it, only a named TARGET."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    limit_s = settings.timeout_s
    act = service.restore if undo else service.skip
    with wiring.update_tools(settings, host_timeout_s=limit_s) as tools:
        done, report = asyncio.run(act(tools, selector))
    shown = [entry for entry in done if entry.result != "unchanged" or selector.targets]
    failures = each_once((*entries(report.problems), *(() if undo else plan_entries(report.items))))
    nothing = () if shown or failures else ("nothing was skipped" if undo else "no update to skip",)
    emit(Report(tuple(map(_item, shown)), failures, _COLUMNS, nothing), settings)
    return reading_exit_code(told=len(done), hosts=report.hosts, named=bool(selector.targets), failures=failures)


def _item(entry: service.Skipped) -> Item:
    container = entry.container
    return {
        **head(container),
        "target": container.target,
        "result": entry.result,
        "version": entry.version,
        "digest": entry.digest,
    }
