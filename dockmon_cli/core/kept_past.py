"""What the journal says of images that are kept: which tags dockmon made itself, and what is not proven yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockmon_cli.core.kept_image import normal
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import stored_members
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_group import readable


def moved_there(rows: Iterable[Operation]) -> frozenset[tuple[str, str]]:
    """Given operations, return the (image ID, reference) pairs whose tag was not there before dockmon set it.

    A container that follows newer tags gets them from dockmon; a tag that somebody had pulled stays that one's.
    """
    return frozenset(
        (plan.new_image_id, normal(plan.image))
        for row in rows
        for plan, facts in _members(row)
        if row.result == "updated" and plan.image != plan.written and facts.get("tag_was") == ""
    )


def pending_tags(rows: Iterable[Operation]) -> frozenset[str]:
    """Given operations that are not over, return the tags of ours that they need, on the way forward or back.

    They are read from the plan as it is stored: what another version wrote needs its images too.
    """
    members = (member for row in rows for member in stored_members(row.plan))
    return frozenset(str(member[tag]) for member in members for tag in ("keep_old", "keep_new") if member.get(tag))


def unstarted(rows: Iterable[Operation]) -> frozenset[str]:
    """Given operations, return those with a new container that was never started, so that nothing is proven."""
    return frozenset(row.op for row in rows for plan, _facts in _members(row) if plan.start_state == "stopped")


def _members(row: Operation) -> Iterator[tuple[SwapPlan, dict[str, str]]]:
    """Each container's plan with the facts about it; what another version wrote may not be readable."""
    if group := readable(row.plan):
        for place, plan in enumerate(group.members):
            yield plan, row.of(group.container(place)).facts
