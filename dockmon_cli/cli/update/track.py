"""`dockmon update track`."""

from __future__ import annotations

import asyncio
from typing import Annotated, cast

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.core.container_settings import BY_NAME
from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tag_candidates import TRACKS, Track
from dockmon_cli.core.text import did_you_mean
from dockmon_cli.services import tracks

DEFAULT = "default"
_WORDS = (*TRACKS, DEFAULT)
_USAGE = f"dockmon update track {'|'.join(_WORDS)} TARGET"

TrackAndTargets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TRACK [TARGET]...",
        help="exact, patch, minor, major or latest, or default to forget what was set; then TARGETs (or a selection).",
    ),
]
Globs = list[str] | None


def track(
    ctx: typer.Context,
    words: TrackAndTargets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
    include: Annotated[Globs, typer.Option(metavar="GLOB", help='Only tags like this; "" takes all again.')] = None,
    exclude: Annotated[Globs, typer.Option(metavar="GLOB", help='No tags like this; "" leaves none out again.')] = None,
    prerelease: Annotated[str | None, typer.Option(metavar="on|off", help="Offer pre-releases too.")] = None,
) -> int:
    """Say which newer tags are updates: for TARGETs for good, for a selection as a standing rule."""
    settings = settings_of(ctx)
    word, *targets = words or [""]
    selector = parse_selector(targets, host or (), tag or (), filter_ or ())
    wanted = _following(_track(word, targets), include, exclude, prerelease)
    with wiring.rule_desk(settings) as desk:
        done = asyncio.run(tracks.forget(desk, selector) if wanted is None else tracks.follow(desk, selector, wanted))
    errors = tuple(entry for problem in done.problems for entry in entries_of(problem))
    items: tuple[Item, ...] = tuple(map(encode, done.items))
    forgotten = "\n".join(f"{item['target']}: forgotten: what is weaker holds again" for item in items)
    text = forgotten if wanted is None else None if items else ""
    emit(Report(items, errors, _COLUMNS, done.notes, text), settings)
    return exit_code(ok=len(items), failures=errors)


def _track(word: str, targets: list[str]) -> str:
    """The first word, if it is a track. Raise UsageError where it is none."""
    if word in _WORDS:
        return word
    what = f"{word!r} is no track" if word else "no track was given"
    if any(target in _WORDS for target in targets):
        what = "the track comes first"
    meant = did_you_mean(word, _WORDS)
    raise UsageError(what, f"{meant and meant + ' '}{_USAGE}")


def _following(word: str, include: Globs, exclude: Globs, prerelease: str | None) -> tracks.Following | None:
    """What is to be set, None where what was set is to be forgotten."""
    if word == DEFAULT and (include, exclude, prerelease) != (None, None, None):
        raise UsageError("`default` forgets the globs and pre-releases as well", "leave the other options out")
    if word == DEFAULT:
        return None
    return tracks.Following(cast("Track", word), _globs(include), _globs(exclude), _switch(prerelease))


def _globs(given: Globs) -> tuple[str, ...] | None:
    """Globs as a label would hold them, commas between them; an empty one takes all away."""
    return None if given is None else cast("tuple[str, ...]", BY_NAME["include"].read(",".join(given)))


def _switch(given: str | None) -> bool | None:
    try:
        return None if given is None else bool(BY_NAME["prerelease"].read(given))
    except ValueError as error:
        raise UsageError(f"--prerelease {error}, not {given!r}", "--prerelease on") from error


def _shown(name: str) -> Column:
    def cell(item: Item) -> str | None:
        return None if item[name] is None else BY_NAME[name].show(item[name])

    return Column(name.upper(), cell)


_COLUMNS = (Column("TARGET", "target"), *map(_shown, tracks.SETTINGS), Column("BY", "by"))
