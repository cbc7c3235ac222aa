"""What to do about an operation that did not end: the good end of each of its containers, in an order that fits all.

Each member of the group is decided by `core.recovery.recover`, from its own part of the journal row, and one that is
bound to others by `core.follower_recovery.recover_follower`, once it is known what becomes of those. The steps are then
put in the order that the way forward keeps: all down before one changes, all up before one is final.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dockmon_cli.core.follower_recovery import Parent, parent, recover_follower
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.recovery import Outcome, Recovery, Seen, recover
from dockmon_cli.core.swap_group import GroupPlan, merged


@dataclass(frozen=True, slots=True)
class GroupRecovery:
    """Where each member is to end, and the steps of all in order, each with its member's place.

    `message` is what is to be said of them.
    """

    members: tuple[Recovery, ...]
    steps: tuple[tuple[int, str], ...]
    message: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the operation ends: stuck if a member is, else as its own container does."""
        return "stuck" if any(member.outcome == "stuck" for member in self.members) else self.members[0].outcome


def recover_group(operation: Operation, group: GroupPlan, seen: Sequence[Seen]) -> GroupRecovery:
    """Given a journal row that is not closed, its plan and what the engine shows of each member, return what to do."""
    decided: list[Recovery] = []
    ends: dict[str, Parent] = {}
    for place, member in enumerate(group.members):
        row, parents = operation.of(group.container(place)), [ends[other] for other in member.ties if other in ends]
        found = recover_follower(row, member, seen[place], parents) if parents else recover(row, member, seen[place])
        ends[member.old_id] = parent(member, found, seen[place])
        decided.append(found)
    return GroupRecovery(tuple(decided), _in_order(decided), _said(group, decided))


def _in_order(decided: Sequence[Recovery]) -> tuple[tuple[int, str], ...]:
    """One line of the journal commits all."""
    steps = merged([member.steps for member in decided], str)
    first = next((step for step in steps if step[1] == "commit"), None)
    return tuple(step for step in steps if step[1] != "commit" or step is first)


def _said(group: GroupPlan, decided: Sequence[Recovery]) -> str:
    said = [
        f"{group.members[place].name}: {member.message}" if place else member.message
        for place, member in enumerate(decided)
        if member.message
    ]
    return "; ".join(said)
