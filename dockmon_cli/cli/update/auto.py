"""`dockmon update auto`: what is updated by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Annotated, Any

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.container_settings import BY_NAME
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.services import automatic as service
from dockmon_cli.services.update_gather import UpdateTools

app = App(help="Say what is updated by itself, by `update apply --auto`.")

_COLUMNS = (
    Column("TARGET", "target"),
    Column("AUTO", "auto", state=True),
    Column("TRACK", "track"),
    Column("MIN-AGE", "min_age"),
    Column("ORIGIN", "origin", shrinks=True),
    Column("WINDOW", "window"),
)


@app.command()
def on(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
    track: Annotated[str | None, typer.Option("--track", metavar="TRACK", help="exact, patch, minor, …")] = None,
    min_age: Annotated[
        str | None, typer.Option("--min-age", metavar="DURATION", help="How long ago dockmon must have seen an image.")
    ] = None,
    window: Annotated[
        str | None, typer.Option("--window", metavar="WINDOW", help="When: mon-sat 02:00-05:00, or a name.")
    ] = None,
) -> int:
    """Let containers be updated by themselves: TARGETs, or whatever a selection covers, now and later."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    with _tools(settings) as tools:
        along = _along(tools, {"track": track, "min_age": min_age, "window": window})
        done = asyncio.run(service.turn_on(tools, selector, along))
    return _end(settings, done, ok=len(done.items))


@app.command()
def off(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Take back what `on` said with the same words; on a TARGET it beats every standing rule."""
    return _set(settings_of(ctx), parse_selector(targets or (), host or (), tag or (), filter_ or ()), service.turn_off)


@app.command()
def default(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Forget what `on` or `off` stored with the same words: what is weaker holds again."""
    return _set(settings_of(ctx), parse_selector(targets or (), host or (), tag or (), filter_ or ()), service.forget)


@app.command("list")
def list_(ctx: typer.Context) -> int:
    """List what says which containers are updated by themselves: labels, the configuration, commands."""
    settings = settings_of(ctx)
    with _tools(settings) as tools:
        found = asyncio.run(service.list_automatic(tools))
    nothing = () if found.items or found.problems else ("nothing is on automatic",)
    return _end(settings, found, ok=found.hosts, notes=nothing)


def _tools(settings: Settings) -> AbstractContextManager[UpdateTools]:
    return wiring.update_tools(settings, host_timeout_s=settings.timeout_s)


def _set(
    settings: Settings,
    selector: Selector,
    change: Callable[[UpdateTools, Selector], Coroutine[Any, Any, service.AutoReport]],
) -> int:
    with _tools(settings) as tools:
        done = asyncio.run(change(tools, selector))
    return _end(settings, done, ok=len(done.items))


def _along(tools: UpdateTools, words: dict[str, str | None]) -> dict[str, Any]:
    """The other settings given, as they are kept. Raise UsageError for one that has no meaning."""
    read: dict[str, Callable[[str], Any]] = {name: BY_NAME[name].read for name in words}
    read["window"] = lambda text: text if tools.windows.read(text) else None
    return {name: _read(name, read[name], text) for name, text in words.items() if text is not None}


def _read(name: str, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text.strip())
    except ValueError as error:
        raise UsageError(
            f"--{name.replace('_', '-')} {error}", "`dockmon update auto on -h` tells the options"
        ) from error


def _end(settings: Settings, report: service.AutoReport, *, ok: int, notes: tuple[str, ...] = ()) -> int:
    errors = tuple(entry for problem in report.problems for entry in entries_of(problem))
    emit(Report(tuple(map(_item, report.items)), errors, _COLUMNS, (*notes, *report.notes)), settings)
    return exit_code(ok=ok, failures=errors)


def _item(entry: service.Automatic) -> Item:
    return {
        **head(entry.container),
        "target": entry.target,
        "auto": "on" if entry.auto else "off",
        "track": entry.track,
        "min_age": entry.min_age,
        "min_age_s": entry.min_age_s,
        "window": entry.window,
        "origin": entry.origin,
    }
