"""`update auto on`, `off` and `list`: what is updated by itself, and what holds for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dockmon_cli.core.container_settings import (
    BY_NAME,
    Chosen,
    Rule,
    UpdateSettings,
    choose,
    in_words,
    refuse_said_twice,
    said_by_labels,
)
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.text import duration_text
from dockmon_cli.services.listing import EVERYTHING, everywhere, listed_with_labels
from dockmon_cli.services.rules import RuleDesk, RulesReport, Told, set_rules, told, unset_rules
from dockmon_cli.services.update_gather import UpdateTools

AUTO = BY_NAME["auto"]
ALONG = ("track", "min_age", "window")
"""What `auto on` may say besides."""
WITH_AUTO = "update auto"
"""The reason kept with a rule that `auto on` said besides: `auto off` takes it back, and nothing else."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether `target` goes by itself, and how: of a container what holds, of a selection what the same words say.

    `min_age_s` is in seconds, `window` None any time. `origin` tells where it stands (`stored`: by a command).
    """

    target: str
    auto: bool
    track: str
    min_age: str
    min_age_s: float
    window: str | None
    origin: str
    container: Container | None = None


@dataclass(frozen=True, slots=True)
class AutoReport:
    """What was said or is listed, what could not be, lines for people; `hosts` is how many hosts answered."""

    items: tuple[Automatic, ...]
    problems: tuple[DockmonError, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: int = 0


async def turn_on(tools: UpdateTools, selector: Selector, along: Mapping[str, Any]) -> AutoReport:
    """Put TARGETs, or whatever the selection covers, on automatic; `along` are other settings, stored with it.

    Where this takes back an `off` with the same words, and something else says on, nothing needs to be stored.
    Raise UsageError where the words say nothing that lasts, Declared where the configuration says it already.
    """
    before = tools.rules.rules()
    report = await set_rules(_desk(tools), selector, {AUTO.name: True, **along}, WITH_AUTO if along else None)
    return _said(tools, report, () if along else before)


async def turn_off(tools: UpdateTools, selector: Selector) -> AutoReport:
    """Take it back: what `auto on` stored with the same words is forgotten, with what it said besides.

    Where something else still says on, an `off` is stored, which beats weaker rules. Raise as `turn_on` does.
    """
    before = tools.rules.rules()
    report = await set_rules(_desk(tools), selector, {AUTO.name: False}, None)
    _forget_besides(tools, report.told)
    return _said(tools, report, before)


async def forget(tools: UpdateTools, selector: Selector) -> AutoReport:
    """Forget what commands stored with the same words, be it on or off: what is weaker holds again.

    That can be done also where the configuration says the same. Raise UsageError as `turn_on` does.
    """
    report = await unset_rules(_desk(tools), selector, (AUTO.name,))
    _forget_besides(tools, report.told)
    in_force, default = _in_force(tools), tools.settings.default(AUTO.name)
    forgotten = [replace(entry, rule=replace(entry.rule, value=default)) for entry in report.told]
    items = tuple(_automatic(tools, entry, in_force, stays=False) for entry in forgotten)
    return AutoReport(items, report.problems, report.notes)


def _forget_besides(tools: UpdateTools, told_of: Sequence[Told]) -> None:
    """What `auto on` said besides goes with it."""
    places = [entry.rule.place for entry in told_of]
    besides = [rule for rule in tools.rules.rules() if rule.setting in ALONG and rule.reason == WITH_AUTO]
    tools.rules.forget_rules([rule for rule in besides if rule.place in places])


def _desk(tools: UpdateTools) -> RuleDesk:
    declared = tuple(rule for rule in tools.settings.rules if rule.is_declared)
    return RuleDesk(
        tools.engines, tools.hosts, tools.rules, declared, tools.clock, tools.by, tools.tags, tools.host_timeout_s
    )


def _said(tools: UpdateTools, report: RulesReport, before: Sequence[Rule]) -> AutoReport:
    """Forget each rule that only takes back the opposite of before, and tell what holds."""
    told_of = [entry for entry in report.told if entry.rule.setting == AUTO.name]
    opposite = {(rule.place, not rule.value) for rule in before if rule.setting == AUTO.name}
    taken_back = [entry for entry in told_of if (entry.rule.place, entry.rule.value) in opposite]
    in_force = _in_force(tools)
    needless = [entry.rule for entry in taken_back if _holds_anyway(entry, in_force)]
    tools.rules.forget_rules(needless)
    in_force = _in_force(tools)
    items = tuple(_automatic(tools, entry, in_force, stays=entry.rule not in needless) for entry in told_of)
    return AutoReport(items, report.problems, report.notes)


def _in_force(tools: UpdateTools) -> tuple[Rule, ...]:
    """The rules as they are now; those of `tools.settings` were read when the command began."""
    declared = (rule for rule in tools.settings.rules if rule.is_declared)
    return (*declared, *tools.rules.rules())


def _holds_anyway(entry: Told, rules: Sequence[Rule]) -> bool:
    """Tell whether a rule could go and its containers would be as it says.

    Of a selection, where no other selection says on: a TARGET is stronger, with it or without it.
    """
    others = [rule for rule in rules if rule.setting == AUTO.name and rule.place != entry.rule.place]
    if entry.container is not None:
        return bool(choose(AUTO, entry.container, others).value == entry.rule.value)
    return not entry.rule.value and not any(rule.value for rule in others if rule.exact is None)


def _automatic(tools: UpdateTools, entry: Told, rules: Sequence[Rule], *, stays: bool = True) -> Automatic:
    """What is said, as it is shown: of a container what holds, of a selection what the same words say."""
    rule, container = entry.rule, entry.container
    if container is not None:
        settings = replace(tools.settings, rules=tuple(rules)).of(container)
        return _of_container(container, settings, entry.target)
    same = {other.setting: other.value for other in rules if other.place == rule.place}
    chosen = [same.get(name, tools.settings.default(name)) for name in ALONG]
    origin = (rule.origin or "stored") if stays else "default"
    return _shown(entry.target, bool(rule.value), chosen, origin)


def _of_container(container: Container, settings: UpdateSettings, target: str) -> Automatic:
    values = [getattr(settings, name).value for name in ALONG]
    shown = _shown(target, settings.auto.value, values, origin_of(settings.auto))
    return replace(shown, container=container)


def _shown(target: str, auto: bool, along: Sequence[Any], origin: str) -> Automatic:
    track, min_age, window = along
    return Automatic(target, auto, track, duration_text(min_age), min_age, window, origin)


def origin_of(chosen: Chosen[Any]) -> str:
    """Where a value stands: the label, file and line, `stored` (by a command), or `default`."""
    return "stored" if chosen.rule is not None and not chosen.rule.is_declared else chosen.origin


async def list_automatic(tools: UpdateTools) -> AutoReport:
    """Ask all hosts and return everything that says what goes by itself: labels, the configuration, commands.

    Raise Declared where something is both declared and stored.
    """
    labelled = partial(listed_with_labels, tags=tools.tags)
    there = await everywhere(tools.engines, tools.hosts, EVERYTHING, labelled, timeout_s=tools.host_timeout_s)
    containers = there.containers
    rules = _in_force(tools)
    said = [rule for rule in rules if rule.setting == AUTO.name]
    refuse_said_twice(said, containers)
    items = [*_labelled(tools, containers, rules), *(_listed(tools, rule, containers, rules) for rule in said)]
    by_target = sorted(items, key=lambda item: (item.target.startswith("--"), item.target))
    return AutoReport(tuple(by_target), there.failures, (), there.answered)


def _labelled(tools: UpdateTools, containers: Sequence[Container], rules: Sequence[Rule]) -> Iterator[Automatic]:
    """A label as it says, the container's own and its image's: the latter holds only where no rule speaks of it."""
    settings = replace(tools.settings, rules=tuple(rules))
    for container, said in said_by_labels(AUTO, containers):
        shown = _of_container(container, settings.of(container), container.target)
        yield replace(shown, auto=said.value, origin=said.origin)


def _listed(tools: UpdateTools, rule: Rule, containers: Sequence[Container], rules: Sequence[Rule]) -> Automatic:
    """A rule as it says, whatever else holds for what it is about."""
    entry = told(rule, containers, tools.hosts)
    shown = _automatic(tools, entry, rules)
    target = in_words(rule.selector) if rule.is_declared else entry.target
    return replace(shown, target=target, auto=bool(rule.value), origin=rule.origin or "stored")
