"""The good end of a container that is bound to others of its operation: it depends on which of those stay.

Where all of them stay as they were, it stays too, and is started after them. Where one is another container now (its
update went through, or it had to be recreated), this one has to be bound to that one, so it is recreated as well:
nothing else brings one back that holds on to what is no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dockmon_cli.core.operation import Operation
from dockmon_cli.core.recovery import (
    ALIVE,
    Recovery,
    Seen,
    again,
    back,
    begun,
    chosen,
    forward,
    gone,
    is_disarmed,
    recover,
    tag_is_free,
    tag_is_lent,
    tidy,
    was_touched,
)
from dockmon_cli.core.swap import SwapPlan

CREATED = ""
STARTS = frozenset({"start_old", "restart_old", "start"})


@dataclass(frozen=True, slots=True)
class Parent:
    """What becomes of a container that others are bound to.

    `stays` is the ID of the one that is there in the end, CREATED where this recovery creates it, None where there is
    none. `is_new` tells whether that is its successor, `starts` whether it is started on the way.
    """

    old_id: str
    stays: str | None
    is_new: bool = False
    starts: bool = False
    started_at: datetime | None = None
    is_stuck: bool = False


def parent(plan: SwapPlan, decision: Recovery, seen: Seen) -> Parent:
    """Given what was decided about a container, return what those that are bound to it have to know."""
    there = {"old": seen.old, "new": seen.new, "replaced": seen.stranger}.get(decision.outcome)
    stays = there.id if there else None
    if {"recreate_old", "recreate_new"} & set(decision.steps):
        stays = CREATED
    started_at = there.started_at if there else None
    starts = bool(STARTS & set(decision.steps))
    return Parent(
        plan.old_id, stays, decision.outcome == "new", starts, started_at, is_stuck=decision.outcome == "stuck"
    )


def recover_follower(operation: Operation, plan: SwapPlan, seen: Seen, parents: Sequence[Parent]) -> Recovery:
    """Given its own part of the journal row and what becomes of its parents, return what to do about a container."""
    proven = operation.phase == "committed" and seen.new is not None
    has_failed = operation.phase == "back" or bool({"recreate_old", "recreate_new"} & begun(operation))
    table: tuple[tuple[bool, Callable[[], Recovery]], ...] = (
        (any(p.is_stuck for p in parents), lambda: Recovery("stuck", ())),
        (seen.stranger is not None and not proven, lambda: recover(operation, plan, seen)),
        (any(p.stays is None for p in parents), lambda: _let_be(operation, plan, seen)),
        (seen.files_lost and not proven, lambda: gone(operation, plan, seen)),
        (all(p.stays == p.old_id for p in parents), lambda: _stay(operation, plan, seen, parents)),
        (_is_bound(seen, parents) and not has_failed, lambda: forward(operation, plan, seen)),
        (True, lambda: _rebuild(operation, plan, seen, parents)),
    )
    return next(decide for applies, decide in table if applies)()


def _is_bound(seen: Seen, parents: Sequence[Parent]) -> bool:
    """True if the new one is bound to those that stay."""
    return seen.new is not None and all(p.stays in seen.new.holds for p in parents)


def _stay(operation: Operation, plan: SwapPlan, seen: Seen, parents: Sequence[Parent]) -> Recovery:
    if seen.old is not None:
        return back(operation, plan, seen, restarts=_is_older(seen.old.started_at, parents))
    return again(operation, plan, seen) if was_touched(operation) or seen.new else gone(operation, plan, seen)


def _is_older(started_at: datetime | None, parents: Sequence[Parent]) -> bool:
    """True if something that it is bound to was started after it: what the two shared is dead since."""
    return any(p.starts or (p.started_at and started_at and p.started_at > started_at) for p in parents)


def _rebuild(operation: Operation, plan: SwapPlan, seen: Seen, parents: Sequence[Parent]) -> Recovery:
    """Create it again, bound to those that stay; of the new image only where its parents go forward too."""
    old, proven = seen.old, operation.phase == "committed"
    goes_on = operation.phase == "forward" and "recreate_old" not in begun(operation)
    ahead = proven or (goes_on and all(p.is_new for p in parents if p.stays != p.old_id))
    is_up = old is not None and old.status in ALIVE
    # One that was never lent, or is lent now, is put back where it was by what recreates it, and free then.
    is_ours = "tag_was" not in operation.facts or tag_is_lent(operation, seen)
    moves_tag = tag_is_free(operation, plan, seen) or (plan.is_update and is_ours)
    goes_aside = old is not None and old.name == plan.name and (plan.has_way_back or not is_up)
    table = (
        (bool(plan.placed), "hold_files"),
        (seen.new is not None, "remove_new"),
        (is_up, "stop"),
        (tag_is_lent(operation, seen), "return_tag"),
        (goes_aside, "set_aside"),
        (True, "recreate_new" if ahead else "recreate_old"),
        (ahead and not proven and plan.start_state != "stopped", "verify"),
        (old is not None, "remove_old"),
        (ahead and moves_tag, "move_tag"),
    )
    steps = chosen(table) + tidy(operation, seen, old_stays=not ahead or not plan.is_update)
    return Recovery("new" if ahead else "old", steps, "recreated, to be bound to the one that is there now")


def _let_be(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """What it was bound to is gone: it can't be started, and keeps its name and settings.

    For those that are bound to it in turn that is as good as gone.
    """
    old, did, proven = seen.old, begun(operation), operation.phase == "committed" and seen.new is not None
    back_as = old if not proven else None
    table = (
        (seen.new is not None and not proven, "remove_new"),
        (tag_is_lent(operation, seen), "return_tag"),
        (back_as is not None and "set_aside" in did and back_as.name != plan.name, "take_back_name"),
        (back_as is not None and is_disarmed(operation, plan, back_as), "rearm"),
        (proven and old is not None, "remove_old"),
    )
    steps = chosen(table) + tidy(operation, seen, old_stays=not proven)
    return Recovery("gone", steps, "what it is bound to was removed meanwhile")
