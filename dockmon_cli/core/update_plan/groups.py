"""Which updates are one operation: a container with those that go down with it, be they updated too or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.update_plan.candidate import PlanItem
from dockmon_cli.core.update_plan.follower_plan import follower_plan
from dockmon_cli.core.verify import VerifySettings


def grouped(items: Sequence[PlanItem], verify: VerifySettings) -> tuple[PlanItem, ...]:
    """Given the decisions, return them with their groups: the first of each leads it, the others name it as leader.

    A container that goes down with another one and has an update of its own gets its new image on that occasion;
    one that goes down with two that are updated makes them one operation.
    """
    updates = {item.key: item for item in items if item.swap}
    done: dict[str, PlanItem] = {}
    for keys in _overlapping(_goes_down(item) for item in updates.values()):
        led = sorted((updates[key] for key in keys if key in updates), key=lambda item: item.candidate.place)
        leader = led[0].key
        done[leader] = replace(led[0], group=_group(led, verify))
        done |= {item.key: _led_by(led[0], item) for item in led[1:]}
    return tuple(done.get(item.key, item) for item in items)


def _goes_down(item: PlanItem) -> frozenset[str]:
    candidate = item.candidate
    return frozenset((candidate.container.key, *(dependent.container.key for dependent in candidate.dependents)))


def _overlapping(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Unite those that have a member in common."""
    found: list[frozenset[str]] = []
    for each in sets:
        shared = [other for other in found if other & each]
        found = [other for other in found if not other & each] + [each.union(*shared)]
    return found


def _group(led: Sequence[PlanItem], verify: VerifySettings) -> GroupPlan:
    """The members in start order; the first has an update: whatever has none goes down with one that comes before."""
    followers = {d.place: d for item in led for d in item.candidate.dependents}
    placed = {item.candidate.place: item.swap for item in led if item.swap}
    plans = {place: follower_plan(d, verify) for place, d in followers.items() if place not in placed}
    return GroupPlan(tuple(plan for _, plan in sorted((placed | plans).items())))


def _led_by(leader: PlanItem, item: PlanItem) -> PlanItem:
    with_it = f"in one operation with {leader.candidate.container.name}"
    message = "; ".join(filter(None, (item.message, with_it)))
    return replace(item, leader=leader.key, message=message)


def needs(items: Sequence[PlanItem]) -> Mapping[str, frozenset[str]]:
    """Given decisions, return for each leader's key the leaders whose operations come before its own.

    Those are the ones that it depends on, or one that it leads.
    """
    leaders = dict(_leaders(items))
    found: dict[str, set[str]] = {item.key: set() for item in items if item.group}
    for item in items:
        if (leader := item.leader or item.key) in found:
            found[leader] |= {leaders[key] for key in item.candidate.needs if key in leaders}
    return {key: frozenset(before - {key}) for key, before in found.items()}


def _leaders(items: Sequence[PlanItem]) -> Iterator[tuple[str, str]]:
    """Each container that an operation is about, and that operation's leader."""
    for item in items:
        for member in item.group.members if item.group else ():
            yield member.key, item.key
