"""`hold` and `resume`: pause what dockmon does by itself, and go on with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dockmon_cli.core.container_settings import in_words, written
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import Selector
from dockmon_cli.services.chosen import Places, places, unreachable_notes
from dockmon_cli.services.gone import Place, place_of, target_of, unsettled
from dockmon_cli.services.update_gather import UpdateTools


@dataclass(frozen=True, slots=True)
class Pause:
    """What `hold` was asked for, apart from the containers; `for_s` None is without an end."""

    features: tuple[str, ...]
    for_s: float | None = None
    until_next_image: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One hold as it is shown: what it is about as it is typed, the container if there is one, what came of it."""

    hold: Hold
    target: str
    result: str
    container: Container | None = None


@dataclass(frozen=True, slots=True)
class HoldReport:
    """What was held, resumed or listed, what could not be, and lines for people."""

    held: tuple[Held, ...]
    problems: tuple[DockmonError, ...] = ()
    notes: tuple[str, ...] = ()


async def hold(tools: UpdateTools, selector: Selector, pause: Pause) -> HoldReport:
    """Hold each TARGET, or what the selection covers, now and later. The same words again replace what was said.

    Raise UsageError where the words say nothing, or nothing that lasts.
    """
    found = await _places(tools, selector)
    if found.selector is not None and found.problems:
        return HoldReport((), found.problems)
    held = [_shown(tools, _made(tools, pause, exact, found.selector), found, "held") for exact in _exact(found)]
    for entry in held:
        _replace(tools, entry.hold)
    return HoldReport(tuple(held), found.problems, (*_standing_notes(found), *unreachable_notes(found.unasked)))


async def resume(tools: UpdateTools, selector: Selector, features: Sequence[str]) -> HoldReport:
    """Take back what was held with the same words, and let images that were rolled back there come by themselves again.

    A container that is gone can still be named, as `hold --list` shows it. Raise UsageError as `hold` does.
    """
    found = await _places(tools, selector)
    if found.selector is not None and found.problems:
        return HoldReport((), found.problems)
    named = {target: place_of(target, tools.hosts) for target in selector.targets}
    exact = tuple(dict.fromkeys((*_exact(found), *(place for place in named.values() if _is_held(tools, place)))))
    done = [_resumed(tools, found, place, tuple(features)) for place in exact]
    settled = {target: place in exact for target, place in named.items() if place is not None}
    notes = (*_still_held(tools, found, features), *unreachable_notes(found.unasked))
    return HoldReport(tuple(done), unsettled(found.problems, settled), notes)


def standing(tools: UpdateTools) -> HoldReport:
    """List the holds that are not over, oldest first."""
    now, seen = tools.clock.now(), _first_seen(tools)
    nobody = Places((), None, (), ())
    lasting = [each for each in tools.holds.holds() if not each.has_ended(now, seen.get(each.exact))]
    return HoldReport(tuple(_shown(tools, each, nobody, "held") for each in lasting))


def _first_seen(tools: UpdateTools) -> dict[Place | None, datetime | None]:
    """When the image that each container could be updated to was first seen."""
    answers = tools.checks.answers().items()
    return {place: answer.available.first_seen_at for place, answer in answers if answer.available}


async def _places(tools: UpdateTools, selector: Selector) -> Places:
    return await places(tools.engines, tools.hosts, tools.tags, selector, timeout_s=tools.host_timeout_s)


def _exact(found: Places) -> tuple[Place | None, ...]:
    """The place of each TARGET, or None for the selection."""
    return (None,) if found.selector is not None else tuple((each.host_id, each.identity) for each in found.exact)


def _made(tools: UpdateTools, pause: Pause, exact: Place | None, selector: Selector | None) -> Hold:
    now = tools.clock.now()
    return Hold(
        id=tools.new_op(),
        features=pause.features,
        by=tools.by,
        at=now,
        selector=selector or Selector(),
        exact=exact,
        until=None if pause.for_s is None else now + timedelta(seconds=pause.for_s),
        until_next_image=pause.until_next_image,
        reason=pause.reason,
    )


def _shown(tools: UpdateTools, entry: Hold, found: Places, result: str) -> Held:
    container = next((each for each in found.exact if entry.exact == (each.host_id, each.identity)), None)
    if entry.exact is None:
        return Held(entry, in_words(entry.selector), result)
    return Held(entry, container.target if container else target_of(entry.exact, tools.hosts), result, container)


def _is_about(entry: Hold, exact: Place | None, selector: Selector | None) -> bool:
    if exact is not None or entry.exact is not None:
        return entry.exact == exact
    return written(entry.selector) == written(selector or Selector())


def _is_held(tools: UpdateTools, place: Place | None) -> bool:
    return place is not None and any(entry.exact == place for entry in tools.holds.holds())


def _replace(tools: UpdateTools, new: Hold) -> None:
    """A feature is held once by the same words: what was said before is gone, once the new one is kept."""
    tools.holds.save_hold(new)
    before = [old for old in tools.holds.holds() if old.id != new.id and _is_about(old, new.exact, new.selector)]
    _take_off(tools, before, new.features)


def _take_off(tools: UpdateTools, holds: Sequence[Hold], features: Sequence[str]) -> None:
    """Take features off these holds; one that has none left is forgotten."""
    for old in holds:
        rest = tuple(feature for feature in old.features if feature not in features)
        if rest:
            tools.holds.save_hold(replace(old, features=rest))
    tools.holds.forget_holds([old.id for old in holds if set(old.features) <= set(features)])


def _resumed(tools: UpdateTools, found: Places, exact: Place | None, features: tuple[str, ...]) -> Held:
    mine = [
        old
        for old in tools.holds.holds()
        if _is_about(old, exact, found.selector) and not set(features).isdisjoint(old.features)
    ]
    _take_off(tools, mine, features)
    was_let_go = "update" in features and _let_go(tools, found, exact)
    shown = mine[-1] if mine else _made(tools, Pause(features), exact, found.selector)
    return _shown(tools, shown, found, "resumed" if mine or was_let_go else "unchanged")


def _let_go(tools: UpdateTools, found: Places, exact: Place | None) -> bool:
    """Forget that images were rolled back in this container, or in all that the selection covers now."""
    whose = {exact} if exact else {(each.host_id, each.identity) for each in found.covered}
    before = [
        one for one in tools.refusals.refusals() if one.kind == "rolled_back" and (one.host_id, one.identity) in whose
    ]
    tools.refusals.forget_refusals(before)
    return bool(before)


def _standing_notes(found: Places) -> tuple[str, ...]:
    if found.selector is None:
        return ()
    count = len(found.covered)
    return (f"it covers {count} container{'' if count == 1 else 's'} now, and those to come",)


def _still_held(tools: UpdateTools, found: Places, features: Sequence[str]) -> tuple[str, ...]:
    """What other words still hold."""
    now, seen = tools.clock.now(), _first_seen(tools)
    left = [old for old in tools.holds.holds() if not set(features).isdisjoint(old.features)]
    return tuple(
        f"{each.target} is still held {old.why}: dockmon resume {_shown(tools, old, found, '').target}"
        for each in found.covered
        for old in left
        if old.covers(each) and not old.has_ended(now, seen.get((each.host_id, each.identity)))
        if not _is_about(old, (each.host_id, each.identity), None)
    )
