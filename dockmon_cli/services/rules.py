"""What is set for containers: listed, set and unset, whatever the setting.

Given TARGETs, a setter stores for each container's identity; given a selection, one standing rule, which holds for
next month's container too. Undone with the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dockmon_cli.core.container_settings import Rule, refuse_declared, said_in_vain, subject
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engines
from dockmon_cli.ports.store import RuleStore
from dockmon_cli.services.chosen import Places, places, unreachable_notes
from dockmon_cli.services.gone import place_of, target_of, unsettled


@dataclass(frozen=True, slots=True)
class RuleDesk:
    """What setting something for containers works with; `by` is who does it."""

    engines: Engines
    hosts: tuple[Host, ...]
    store: RuleStore
    declared: tuple[Rule, ...]
    clock: Clock
    by: str
    tags: TagBook = NO_TAGS
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Told:
    """One rule as it is shown: what it is about in words, and the container where it is about a single one."""

    rule: Rule
    target: str
    container: Container | None = None


@dataclass(frozen=True, slots=True)
class RulesReport:
    """What was set or unset, what could not be, and lines for people."""

    told: tuple[Told, ...]
    problems: tuple[DockmonError, ...] = ()
    notes: tuple[str, ...] = ()


async def set_rules(desk: RuleDesk, selector: Selector, values: Mapping[str, Any], reason: str | None) -> RulesReport:
    """Set values by setting for what was typed, all or none of them.

    Raise UsageError where that is nothing, or nothing that lasts, Declared where the configuration says it already.
    """
    found = await places(desk.engines, desk.hosts, desk.tags, selector, timeout_s=desk.timeout_s)
    wanted = _rules(desk, found, values, reason)
    stored = desk.store.rules()
    refuse_declared(wanted, desk.declared, found.covered)
    if wanted and not (found.selector and found.problems):
        desk.store.save_rules(wanted)
    else:
        wanted = ()
    replaced = set(map(_key, wanted))
    in_force = (*desk.declared, *(rule for rule in stored if _key(rule) not in replaced), *wanted)
    vain = said_in_vain(wanted, in_force, found.covered)
    return RulesReport(_told(wanted, found.covered), found.problems, (*vain, *unreachable_notes(found.unasked)))


async def unset_rules(desk: RuleDesk, selector: Selector, settings: Sequence[str]) -> RulesReport:
    """Forget what is stored of these settings for what was typed; what was not set is told in a note.

    A container that is gone can still be named, as `policy list` shows it. Raise as `set_rules` does.
    """
    found = await places(desk.engines, desk.hosts, desk.tags, selector, timeout_s=desk.timeout_s)
    stored = desk.store.rules()
    wanted = _rules(desk, found, dict.fromkeys(settings), None)
    named = {target: place_of(target, desk.hosts) for target in selector.targets}
    asked_for = {*map(_key, wanted), *(((place, ""), setting) for place in named.values() for setting in settings)}
    known = tuple(rule for rule in stored if _key(rule) in asked_for)
    settled = {target: place in {rule.exact for rule in known} for target, place in named.items()}
    problems = unsettled(found.problems, settled)
    if not known:
        refuse_declared(wanted, desk.declared, found.covered)
    desk.store.forget_rules(known)
    keys_known = set(map(_key, known))
    unset = {subject(rule, found.covered) for rule in wanted if _key(rule) not in keys_known}
    unset -= {subject(rule, found.covered) for rule in known}
    notes = tuple(f"nothing was set for {words}" for words in sorted(unset))
    return RulesReport(_told(known, found.covered, desk.hosts), problems, (*notes, *unreachable_notes(found.unasked)))


def _rules(desk: RuleDesk, found: Places, values: Mapping[str, Any], reason: str | None) -> tuple[Rule, ...]:
    now = desk.clock.now()
    subjects: list[dict[str, Any]] = [{"exact": (each.host_id, each.identity)} for each in found.exact]
    if found.selector is not None:
        subjects = [{"selector": found.selector}]
    return tuple(
        Rule(setting, value, **about, by=desk.by, at=now, reason=reason)
        for about in subjects
        for setting, value in values.items()
    )


def _key(rule: Rule) -> tuple[object, str]:
    """Of two rules with the same key the later one replaces the other."""
    return rule.place, rule.setting


def _told(rules: Sequence[Rule], containers: Sequence[Container], hosts: Sequence[Host] = ()) -> tuple[Told, ...]:
    return tuple(told(rule, containers, hosts) for rule in rules)


def told(rule: Rule, containers: Sequence[Container], hosts: Sequence[Host]) -> Told:
    """Given the containers listed and the hosts, return a rule as it is shown."""
    if rule.exact is None:
        return Told(rule, subject(rule, containers))
    container = next((each for each in containers if rule.scope(each)), None)
    if container is not None:
        return Told(rule, container.target, container)
    return Told(rule, target_of(rule.exact, hosts))
