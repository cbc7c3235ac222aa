"""Several swaps that are one operation: a container with those that are bound to it.

All are taken down before one of them changes, and nothing is final before all are proven. A container that nobody
is bound to is a group of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dockmon_cli.core.documents import Document, decode
from dockmon_cli.core.past import listed_members
from dockmon_cli.core.swap import Step, SwapPlan

T = TypeVar("T")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)

STAGES: tuple[tuple[bool, tuple[str, ...]], ...] = (
    (False, ("pull",)),
    (False, ("keep", "lock")),
    (False, ("pre_hook",)),
    (False, ("disarm",)),
    (False, ("hold_files",)),
    (True, ("remove_new", "stop")),
    (
        False,
        (
            "return_tag", "set_aside", "lend_tag", "create", "create_beside", "copy_files", "connect", "connect_beside",
            "start", "take_back_name", "rejoin_old", "rearm", "recreate_old", "recreate_new", "start_old",
            "restart_old", "pause_old", "start_stranger",
        ),
    ),
    (False, ("verify",)),
    (False, ("post_hook",)),
    (False, ("pause", "stop_new", "rejoin", "step_aside", "take_name")),
    (False, ("commit",)),
    (True, ("leave", "retire", "remove_old")),
    (False, ("move_tag",)),
    (False, ("unlock", "drop_new_tag", "drop_old_tag")),
)  # fmt: skip
"""What all members have behind them before one of them goes further, forward and back; True: the last member first.

Within a stage each member does its steps in its own order before the next member begins.
"""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """The swaps of one operation in start order; the first is what the operation is about."""

    members: tuple[SwapPlan, ...]

    @property
    def main(self) -> SwapPlan:
        """The container whose update this is."""
        return self.members[0]

    @property
    def steps(self) -> tuple[tuple[int, Step], ...]:
        """All steps in order, each with its member's place. All are committed by one."""
        steps = merged([member.steps for member in self.members], lambda step: step.name)
        return tuple((place, step) for place, step in steps if place == 0 or step.name != "commit")

    def container(self, place: int) -> str | None:
        """What the journal calls a member: its name, or None for the operation's own."""
        return self.members[place].name if place else None


def merged(steps: Sequence[Sequence[T]], name: Callable[[T], str]) -> tuple[tuple[int, T], ...]:
    """Given each member's steps, return all of them in order, each with its member's place.

    Raise KeyError for a step that has no stage: none may be lost.
    """
    all_of_them = [(place, step) for place, member in enumerate(steps) for step in member]
    return tuple(sorted(all_of_them, key=lambda entry: _turn(entry[0], name(entry[1]))))


def _turn(place: int, name: str) -> tuple[int, int]:
    """When it is a member's turn with this step; sorting is stable, so each member keeps its own order."""
    stage, is_reversed = _STAGE_OF[name]
    return stage, -place if is_reversed else place


_STAGE_OF = {name: (stage, is_reversed) for stage, (is_reversed, names) in enumerate(STAGES) for name in names}


def group_plan(stored: Document) -> GroupPlan:
    """Given the plan in a journal row, return it. Rows of earlier versions hold the plan of one container.

    Raise one of UNREADABLE where another version wrote what this one can't read.
    """
    return GroupPlan(tuple(decode(SwapPlan, member) for member in listed_members(stored)))


def readable(stored: Document) -> GroupPlan | None:
    """The same, but None where another version wrote what this one can't read."""
    try:
        return group_plan(stored)
    except UNREADABLE:
        return None
