"""`policy list`: every verdict that somebody set, by label, in the configuration or by a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dockmon_cli.core.container_settings import POLICY, Rule, Word, in_words, refuse_said_twice, said_by_labels
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.services.listing import EVERYTHING, everywhere, listed_with_labels
from dockmon_cli.services.rules import RuleDesk, Told, told

STORED = "stored"


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """One verdict that was set: for what, as it is typed, and where it stands (`stored`: by a command)."""

    target: str
    verdict: Word
    origin: str
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetVerdicts:
    """All of them, and the hosts that could not be asked; `hosts` is how many could."""

    items: tuple[SetVerdict, ...]
    problems: tuple[DockmonError, ...]
    hosts: int


def set_verdict(entry: Told) -> SetVerdict:
    """Given a rule as it is shown, return it as an item of the list."""
    rule = entry.rule
    return SetVerdict(entry.target, rule.value, rule.origin or STORED, rule.reason, rule.by or None, rule.at)


async def list_policies(desk: RuleDesk) -> SetVerdicts:
    """Ask all hosts and return what is set. Raise Declared where something is both declared and stored."""
    labelled = partial(listed_with_labels, tags=desk.tags)
    there = await everywhere(desk.engines, desk.hosts, EVERYTHING, labelled, timeout_s=desk.timeout_s)
    containers = there.containers
    rules = [rule for rule in (*desk.declared, *desk.store.rules()) if rule.setting == POLICY.name]
    refuse_said_twice(rules, containers)
    labels = said_by_labels(POLICY, containers)
    items = [SetVerdict(each.target, said.value, said.origin, said.note or None) for each, said in labels]
    items += [item for rule in rules for item in _items(desk, rule, containers)]
    by_target = sorted(items, key=lambda item: (item.target.startswith("--"), item.target))
    return SetVerdicts(tuple(by_target), there.failures, there.answered)


def _items(desk: RuleDesk, rule: Rule, containers: Sequence[Container]) -> list[SetVerdict]:
    """One item a rule; a declared one that only names TARGETs is one for each of them."""
    selector = rule.selector
    if not rule.is_declared:
        return [set_verdict(told(rule, containers, desk.hosts))]
    alone = () if selector.is_selection else selector.targets
    targets = alone or (in_words(selector),)
    return [SetVerdict(target, rule.value, rule.origin) for target in targets]
