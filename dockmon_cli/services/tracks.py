"""`update track`: which newer tags containers follow, set for TARGETs or as a standing rule, and forgotten again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tag_candidates import Track
from dockmon_cli.services.rules import RuleDesk, Told, set_rules, unset_rules


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be followed; None is left as it is. An empty tuple takes earlier globs away."""

    track: Track | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    prerelease: bool | None = None


SETTINGS = tuple(field.name for field in fields(Following))


@dataclass(frozen=True, slots=True)
class SetTrack:
    """What one command set for one thing, as it is typed: a container or a selection."""

    target: str
    track: Track | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    prerelease: bool | None = None
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TracksReport:
    """What was set or forgotten, what could not be, and lines for people."""

    items: tuple[SetTrack, ...]
    problems: tuple[DockmonError, ...]
    notes: tuple[str, ...]


async def follow(desk: RuleDesk, selector: Selector, wanted: Following) -> TracksReport:
    """Set what is wanted for what was typed, all or none of it. Raise as `set_rules` does."""
    values = {name: getattr(wanted, name) for name in SETTINGS}
    given = {name: value for name, value in values.items() if value is not None}
    done = await set_rules(desk, selector, given, None)
    return TracksReport(_by_target(done.told), done.problems, done.notes)


async def forget(desk: RuleDesk, selector: Selector) -> TracksReport:
    """Forget what was set for what was typed: what is weaker holds again. Raise as `unset_rules` does."""
    done = await unset_rules(desk, selector, SETTINGS)
    return TracksReport(_by_target(done.told), done.problems, done.notes)


def _by_target(told: Sequence[Told]) -> tuple[SetTrack, ...]:
    """One item for each thing, whose settings are rules of their own."""
    by_target: dict[str, list[Told]] = {}
    for entry in told:
        by_target.setdefault(entry.target, []).append(entry)
    return tuple(_item(target, entries) for target, entries in by_target.items())


def _item(target: str, entries: Sequence[Told]) -> SetTrack:
    last = entries[-1].rule
    return SetTrack(
        target, **{entry.rule.setting: entry.rule.value for entry in entries}, by=last.by or None, at=last.at
    )
