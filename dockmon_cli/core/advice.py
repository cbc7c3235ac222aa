"""What whoever looks at an operation should know of its end, and do next, as far as its row shows that."""

from __future__ import annotations

from dockmon_cli.core.operation import ENDED_AS, Operation
from dockmon_cli.core.recovery import begun, was_touched, was_tried
from dockmon_cli.core.swap_failure import AGAINST_THE_IMAGE
from dockmon_cli.core.swap_group import readable


def what_to_do(operation: Operation) -> str:
    """Given an operation, return the next step as a sentence; empty where there is none."""
    if operation.phase != "closed":
        return _to_end_it(operation)
    target = f"{operation.host}/{operation.name}"
    again = f"`dockmon update {'rollback' if operation.purpose == 'rollback' else 'apply'} {target}`"
    if operation.facts.get(ENDED_AS) == "gone" and operation.result in ("rolled_back", "failed"):
        return f"{_what_is_there(operation)}: make it again as you made it"
    if operation.result == "rolled_back":
        mended = "when the image is mended" if operation.reason in AGAINST_THE_IMAGE else "to try once more"
        return f"{_what_is_there(operation)}; {mended}: {again}"
    if operation.result == "failed":
        return f"{_what_is_there(operation)}; when the reason is gone: {again}"
    if operation.result == "updated" and operation.reason is None:
        return f"to go back to what ran before: `dockmon update rollback {target} --to {operation.op}`"
    return ""


def what_is_left(operation: Operation) -> str:
    """Given an operation whose new container stays, return in words what is not cleaned up yet; else empty."""
    plan = readable(operation.plan)
    if plan is None or operation.phase != "committed":
        return ""
    done = {(step.container, step.name) for step in operation.steps if step.result == "done"}
    steps = [(place, step.name) for place, step in plan.steps]
    due = [
        (place, name) for place, name in steps[_place_of_commit(steps) :] if (plan.container(place), name) not in done
    ]
    old = [f"{plan.members[place].aside_name}{_may_run(place, due)}" for place, name in due if name == "remove_old"]
    tags = [plan.members[place].image for place, name in due if name == "move_tag"]
    words = (
        f"the old container as {', '.join(old)}" if old else "",
        f"the tag {', '.join(tags)} where it was" if tags else "",
    )
    return f"what may be left: {' and '.join(filter(None, words))}" if any(words) else ""


def _place_of_commit(steps: list[tuple[int, str]]) -> int:
    return next((turn for turn, (_place, name) in enumerate(steps) if name == "commit"), len(steps))


def _may_run(place: int, due: list[tuple[int, str]]) -> str:
    """Start-first stops the old one only after the new one is final."""
    return ", which may still run beside the new one," if (place, "retire") in due else ""


def _to_end_it(operation: Operation) -> str:
    recover = "`dockmon update recover`"
    if readable(operation.plan) is None:
        return f"with the version of dockmon that began it: {recover}"
    table = {
        "rollback_failed": "the way back failed, and nothing is removed: mend what is in the way, then",
        "interrupted": "when the host answers again:",
        "updated": "the new one runs; mend what keeps the rest from being cleaned up, then",
    }
    if operation.result in table:
        return f"{table[operation.result]} {recover}"
    return f"it is under way, or was cut short: {recover} ends it well, and leaves alone what somebody is still at"


def _what_is_there(operation: Operation) -> str:
    """What the row shows of the container after a way back. Rows of earlier versions do not say how it ended."""
    own, ended = operation.of(None), operation.facts.get(ENDED_AS)
    table = (
        (ended == "replaced", "what somebody else made is in its place"),
        (ended == "gone", "the container was gone, and dockmon made no other"),
        (not was_tried(operation), "nothing was changed"),
        (not was_tried(own) or not was_touched(own), "the original was not touched"),
        (ended is None, f"see what is there now: `dockmon ps -a --host {own.host} --filter name={own.name}`"),
        ("recreate_old" in begun(own), "a new container of the old image is in its place"),
        (bool({"start_old", "restart_old"} & begun(own)), "the original runs again"),
        (True, "the original is back as it was"),
    )
    return next(words for applies, words in table if applies)
