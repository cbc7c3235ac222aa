"""What to do about a swap that did not end: because it failed, or because dockmon or the engine was killed.

`recover` compares what the journal says with what the engine shows and returns the steps to a good end. It does
not replay a log backwards: whatever was done, undone or half done, the steps follow from what is there now, so
running it again after being killed in the middle of it is safe. The way back of a failed swap is the same
function, called at once.

A good end is one container, old or new, in the state the old one was in, under its own name, with nothing of
ours left beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dockmon_cli.core.operation import Operation
from dockmon_cli.core.swap import NO_POLICY, SwapPlan, policy_name

ALIVE = frozenset({"running", "restarting", "paused"})
Outcome = Literal["old", "new", "replaced", "gone", "stuck"]


@dataclass(frozen=True, slots=True)
class SeenContainer:
    """One container as the engine shows it now.

    `holds` are the IDs of the members of its group that it is bound to, as far as they are there; `started_at` is None
    for one that was never started. `volumes` are the names of its anonymous volumes.
    """

    id: str
    name: str
    status: str
    restart_policy: str = "no"
    identity: str = ""
    holds: frozenset[str] = frozenset()
    started_at: datetime | None = None
    volumes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engine shows of a swap. `stranger` holds the name and is neither the old nor the new one;
    `is_others` is true where the lock belongs to another swap than this one, `files_lost` where no container has the
    files any more that compose had put into the old one."""

    old: SeenContainer | None = None
    new: SeenContainer | None = None
    lock: SeenContainer | None = None
    stranger: SeenContainer | None = None
    tag_image_id: str | None = None
    is_others: bool = False
    files_lost: bool = False


@dataclass(frozen=True, slots=True)
class Recovery:
    """Which container is to be there in the end, and the steps that lead to it."""

    outcome: Outcome
    steps: tuple[str, ...]
    message: str = ""


REMOVED_BEFORE = "somebody removed the container before the swap touched it"
TOUCHES = frozenset({"disarm", "stop", "set_aside", "step_aside", "leave", "retire"})
"""The steps that change the old container. Before them it is as its user left it, running or not."""
TRIES = TOUCHES | {"create_beside", "recreate_old"}
"""The steps from which on there may be a new container that is to take its place."""


def begun(operation: Operation) -> frozenset[str]:
    """The steps that may have reached the engine."""
    return frozenset(record.name for record in operation.steps)


def was_touched(operation: Operation) -> bool:
    """True if the old container may be another than its user left it."""
    return bool(begun(operation) & TOUCHES)


def was_tried(operation: Operation) -> bool:
    """True if a new container may have been there, or the old one be another than its user left it."""
    return bool(begun(operation) & TRIES)


def recover(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """Given a journal row that is not closed, its plan and what the engine shows, return what to do."""
    committed = operation.phase == "committed"
    new_has_failed = operation.phase == "back" or "recreate_old" in begun(operation)
    table: tuple[tuple[bool, Callable[[Operation, SwapPlan, Seen], Recovery]], ...] = (
        (committed and seen.new is not None, forward),
        (seen.stranger is not None, _make_room),
        (seen.old is not None, back),
        (committed, _removed_later),
        ("old_was_gone" in operation.facts or seen.files_lost, gone),
        (seen.new is not None and not new_has_failed, forward),
        (was_tried(operation), again),
        (True, gone),
    )
    decide = next(decide for applies, decide in table if applies)
    return decide(operation, plan, seen)


def back(operation: Operation, plan: SwapPlan, seen: Seen, *, restarts: bool = False) -> Recovery:
    """The original runs again: stop and remove the new one before the old one gets its name back.

    With `restarts` one that runs is started again: what it is bound to was started after it.

    One that no step has touched, in a swap that was seen to fail, is left as it is: only its user can have stopped
    it. In a swap that was cut short the engine may have gone down, and taken it along.
    """
    old = seen.old
    assert old is not None  # noqa: S101 - the caller has looked
    runs = plan.start_state != "stopped"
    ours = was_touched(operation) or operation.phase != "back"
    table = (
        (seen.new is not None, "remove_new"),
        (tag_is_lent(operation, seen), "return_tag"),
        (bool({"set_aside", "step_aside"} & begun(operation)) and old.name != plan.name, "take_back_name"),
        ("leave" in begun(operation), "rejoin_old"),
        (is_disarmed(operation, plan, old), "rearm"),
        (ours and runs and old.status not in ALIVE, "start_old"),
        (ours and runs and old.status in ALIVE and restarts, "restart_old"),
        (ours and plan.start_state == "paused" and (old.status != "paused" or restarts), "pause_old"),
        (was_touched(operation) and not runs and old.status in ALIVE, "stop"),
    )
    return Recovery("old", chosen(table) + tidy(operation, seen, old_stays=True))


def forward(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """The new one stays. Unproven, it has lost the way back because somebody removed the old one."""
    new, proven = seen.new, operation.phase == "committed"
    assert new is not None  # noqa: S101 - the caller has looked
    runs = plan.start_state != "stopped"
    has_ended = proven and plan.may_end
    table = (
        (not proven and bool(plan.placed), "copy_files"),
        (not proven, "connect_beside" if plan.starts_first else "connect"),
        (runs and new.status not in ALIVE and not has_ended, "start"),
        (runs and not proven, "verify"),
        (not proven and bool(plan.post_hook) and "post_hook" not in begun(operation), "post_hook"),
        (plan.start_state == "paused" and new.status != "paused", "pause"),
        (not runs and new.status in ALIVE, "stop_new"),
        (not proven and plan.starts_first, "rejoin"),
        (not proven and plan.starts_first and new.name != plan.name, "take_name"),
        (not proven, "commit"),
        (seen.old is not None, "remove_old"),
        (tag_is_free(operation, plan, seen), "move_tag"),
    )
    return Recovery("new", chosen(table) + tidy(operation, seen, old_stays=not plan.is_update))


def tag_is_free(operation: Operation, plan: SwapPlan, seen: Seen) -> bool:
    """True if the user's tag is to move to the new image, and nobody has moved it."""
    is_as_it_was = seen.tag_image_id in (None, operation.facts.get("tag_was") or None)
    return plan.is_update and is_as_it_was and seen.tag_image_id != plan.new_image_id


def again(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """Both are gone, or the new one failed after somebody removed the old one: the old image runs again."""
    table = (
        (bool(plan.placed), "hold_files"),
        (seen.new is not None, "remove_new"),
        (tag_is_lent(operation, seen), "return_tag"),
        (True, "recreate_old"),
    )
    return Recovery("old", chosen(table) + tidy(operation, seen, old_stays=True), "recreated from its image")


def _removed_later(operation: Operation, _plan: SwapPlan, seen: Seen) -> Recovery:
    return Recovery("new", tidy(operation, seen), "somebody removed it after it was updated")


def gone(operation: Operation, _plan: SwapPlan, seen: Seen) -> Recovery:
    """Somebody removed it, and it is not to come back, or can't: what compose had put into it went with it."""
    message = "somebody removed the container" if was_tried(operation) else REMOVED_BEFORE
    message = f"{message}; `docker compose up` makes it again, with its files" if seen.files_lost else message
    steps = chosen(((seen.new is not None, "remove_new"), (tag_is_lent(operation, seen), "return_tag")))
    return Recovery("gone", steps + tidy(operation, seen, old_stays=True), message)


def _make_room(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """Somebody put another container under the name. One that compose made of the same service takes its place.

    Of any other nobody can tell what it is to be: a name is soon given, and takes nobody's data away.
    """
    stranger, old = seen.stranger, seen.old
    assert stranger is not None  # noqa: S101 - the caller has looked
    if stranger.identity != plan.identity or plan.identity == plan.name:
        return _beside_another(operation, plan, seen)
    runs = plan.start_state != "stopped"
    # Under any other name it was put there by its user.
    is_aside = old is not None and old.name == plan.aside_name
    left = sorted(old.volumes - stranger.volumes) if old is not None and is_aside else []
    table = (
        (seen.new is not None, "remove_new"),
        (tag_is_lent(operation, seen), "return_tag"),
        (was_touched(operation) and runs and stranger.status not in ("running", "paused"), "start_stranger"),
        (is_aside and not left, "remove_old"),
    )
    message = "somebody else recreated it meanwhile"
    if left:
        message += f"; the original is kept as {plan.aside_name}, with data that the other has not (volume {left[0]})"
    return Recovery("replaced", chosen(table) + tidy(operation, seen), message)


def _beside_another(operation: Operation, plan: SwapPlan, seen: Seen) -> Recovery:
    """The name went to a container that has nothing to do with this one.

    The old one waits for its name where we put it; under any other it was put there by its user, and stays.
    """
    if seen.old is None:
        return _removed_later(operation, plan, seen) if operation.phase == "committed" else gone(operation, plan, seen)
    if seen.old.name == plan.aside_name:
        message = (
            f"another container took the name {plan.name}; the original is kept as {plan.aside_name}:"
            " remove the one that you don't want"
        )
        return Recovery("stuck", (), message)
    decision = back(operation, plan, seen)
    return replace(decision, steps=tuple(step for step in decision.steps if step != "take_back_name"))


def tag_is_lent(operation: Operation, seen: Seen) -> bool:
    """True while the user's tag shows the image that we lent it to; a third party's move is left alone."""
    lent = operation.facts.get("tag_lent")
    return bool(lent) and seen.tag_image_id == lent != operation.facts.get("tag_was")


def is_disarmed(operation: Operation, plan: SwapPlan, old: SeenContainer) -> bool:
    """True while the old one has our restart policy; any other than ours was set by its user meanwhile."""
    was = bool({"disarm", "retire"} & begun(operation))
    return was and old.restart_policy == NO_POLICY != policy_name(plan.restart_policy)


def tidy(operation: Operation, seen: Seen, *, old_stays: bool = False) -> tuple[str, ...]:
    """Our names go; that of the old image stays as the rollback image, unless the old container is back.

    While somebody else swaps the same container the names are theirs as well: they stay.
    """
    kept = "keep" in begun(operation) and not seen.is_others
    return chosen(((seen.lock is not None, "unlock"), (kept, "drop_new_tag"), (kept and old_stays, "drop_old_tag")))


def chosen(table: tuple[tuple[bool, str], ...]) -> tuple[str, ...]:
    return tuple(step for applies, step in table if applies)
