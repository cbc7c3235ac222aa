"""`dockmon hold` and `dockmon resume`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.holds import FEATURES
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.text import did_you_mean, parse_duration
from dockmon_cli.services import holds as service

app = App()

Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="WHAT", help=f"Of what dockmon does by itself: {', '.join(FEATURES)}."),
]


def _ends(item: Item) -> list[str]:
    """By what it ends without anybody's doing."""
    until = [f"{item['until'][:16]}Z"] if item["until"] else []
    return [*until, "next-image"] if item["until_next_image"] else until


_COLUMNS = (
    Column("TARGET", "target"),
    Column("RESULT", "result", state=True),
    Column("FEATURES", lambda item: ",".join(item["features"])),
    Column("UNTIL", lambda item: ",".join(_ends(item)) or None),
    Column("BY", "by"),
    Column("AT", lambda item: item["at"][:10]),
    Column("REASON", "reason"),
)


@app.command()
def hold(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
    only: Only = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="End by itself, after 2h or 3d.")
    ] = None,
    until_next_image: Annotated[
        bool, typer.Option("--until-next-image", help="End at the next image that dockmon sees.")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for whoever asks later.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List what is held.")] = False,
) -> int:
    """Pause what dockmon does by itself with containers: TARGETs, or whatever a selection covers, now and later."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    pause = service.Pause(_features(only), _seconds(for_), until_next_image, reason or None)
    if list_ and not (selector.is_empty and pause == service.Pause(FEATURES)):
        raise UsageError("--list lists everything that is held, and takes nothing else", "leave out the rest")
    with wiring.update_tools(settings, host_timeout_s=settings.timeout_s) as tools:
        done = service.standing(tools) if list_ else asyncio.run(service.hold(tools, selector, pause))
    return _end(settings, done, nothing="nothing is held" if list_ else "")


@app.command()
def resume(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
    only: Only = None,
) -> int:
    """Go on with what was held by the same words; images that were rolled back there may come again."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    features = _features(only)
    with wiring.update_tools(settings, host_timeout_s=settings.timeout_s) as tools:
        done = asyncio.run(service.resume(tools, selector, features))
    return _end(settings, done)


def _features(only: list[str] | None) -> tuple[str, ...]:
    """The features named, by commas or one by one; all of them where none is."""
    words = tuple(dict.fromkeys(word.strip() for text in only or () for word in text.split(",")))
    for word in words:
        if word not in FEATURES:
            hint = did_you_mean(word, FEATURES) or f"there is: {', '.join(FEATURES)}"
            raise UsageError(f"{word!r} is nothing that can be held", hint)
    return words or FEATURES


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--for: {error}", "leave it out to hold until you resume") from error
    if seconds <= 0:
        raise UsageError("--for must be more than 0", "write it like 2h or 3d")
    return seconds


def _end(settings: Settings, report: service.HoldReport, *, nothing: str = "") -> int:
    errors = tuple(entry for problem in report.problems for entry in entries_of(problem))
    items = tuple(map(_item, report.held))
    notes = report.notes if items or errors or not nothing else (nothing,)
    emit(Report(items, errors, _COLUMNS, notes), settings)
    return exit_code(ok=len(items), failures=errors)


def _item(entry: service.Held) -> Item:
    hold = entry.hold
    return {
        **head(entry.container),
        # That of a container which is gone is known too.
        "identity": hold.exact[1] if hold.exact else None,
        "target": entry.target,
        "result": entry.result,
        "features": list(hold.features),
        "until": encode(hold.until),
        "until_next_image": hold.until_next_image,
        "reason": hold.reason,
        "by": hold.by,
        "at": encode(hold.at),
    }
