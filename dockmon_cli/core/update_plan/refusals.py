"""The reasons that no answer overcomes."""

from __future__ import annotations

from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.swap import start_state
from dockmon_cli.core.update_plan.candidate import Candidate, Dependent, PlanItem, Would
from dockmon_cli.core.update_plan.restraint import kept_back, starts_at

EXPLAIN_POLICY = "`dockmon policy explain` tells why"
UNREADABLE = "neither the engine nor the registry shows the image that runs, so its defaults can't be told from yours"
OWN = "dockmon itself runs in it, and would not outlive its own stop"
ROAD = "the engine is reached through it, and could not be told to start it again"
FINISH = "`dockmon update recover` brings it to an end, unless somebody is still at it"
FROM_OUTSIDE = (
    "from outside, pull its image and recreate it as you made it (`docker compose pull && docker compose up -d`),"
    " or let a dockmon that runs elsewhere update it"
)
READ_ONLY = "this host lets nothing be changed: what stands before its engine refuses it"
OPEN_UP = "let the socket proxy take POST and DELETE, or reach the engine itself"
UNTIE = "take one of them out of the other's dependencies"
RECREATE = "recreate it from its tag once, as you made it; dockmon can update it from then on"


def refusal(candidate: Candidate) -> PlanItem | None:
    """The reasons that no answer overcomes, the strongest first: an ending with its reason, message and hint."""
    answer, container = candidate.answer, candidate.container
    kept = kept_back(candidate.restraint, candidate.mode, container.target)
    message, hint = (kept.message, kept.hint) if kept else ("", "")
    circle, hindrance = _circle(candidate), _hindrance(candidate)
    table: tuple[tuple[bool, Would, str | None, str, str], ...] = (
        (_is_not_asked_for(candidate), "skipped", "not_automatic", message, hint),
        (answer.reason == "managed_by", "skipped", "managed_by", answer.message, "update it there"),
        (candidate.verdict == "ignore", "skipped", "ignored", "its policy is ignore", EXPLAIN_POLICY),
        # What runs now may be unproven.
        (candidate.is_busy, "skipped", "busy", "an update of it is not finished", FINISH),
        (_needs_nothing(candidate), "unchanged", _why_unchanged(answer), answer.message, ""),
        # What would not be touched whatever the registry says fails for no registry that can't be asked.
        (candidate.is_own, "skipped", "dockmon", OWN, FROM_OUTSIDE),
        (candidate.is_road, "skipped", "dockmon", ROAD, FROM_OUTSIDE),
        (candidate.verdict == "block", "blocked", "policy", "its policy is block", EXPLAIN_POLICY),
        (_is_left_out(candidate), "skipped", "stopped", "it is stopped", f"name it to update it: {container.target}"),
        (kept is not None and kept.reason == "held", "skipped", "held", message, hint),
        (candidate.info.access == "read_only", "failed", "read_only", READ_ONLY, OPEN_UP),
        (candidate.is_untold, "failed", "old_image_unreadable", answer.message, answer.hint),
        (answer.state == "unknown", "failed", answer.reason, answer.message, answer.hint),
        (kept is not None, "skipped", kept.reason if kept else None, message, hint),
        (bool(circle), "skipped", "circle", f"{' and '.join(circle)} depend on each other: no order is right", UNTIE),
        (bool(hindrance), "skipped", "dependents", hindrance, "recreate them together for now, as you made them"),
        (candidate.old_image_config is None, "failed", "old_image_unreadable", UNREADABLE, RECREATE),
    )
    found = next(((would, why, text, hint) for applies, would, why, text, hint in table if applies), None)
    if found is None:
        return None
    would, why, text, hint = found
    when = starts_at(candidate.restraint) if kept and why == kept.reason else None
    return PlanItem(candidate, would, why, text, hint=hint, starts_at=when)


def _needs_nothing(candidate: Candidate) -> bool:
    return not candidate.has_update and candidate.answer.state != "unknown"


def _why_unchanged(answer: CheckAnswer) -> str | None:
    return answer.reason if answer.state == "up_to_date" else answer.state


def _is_not_asked_for(candidate: Candidate) -> bool:
    """What is not on automatic is nothing to an automatic run, whatever else there is to say; up to date it is."""
    is_asked_for = not candidate.by_itself or candidate.restraint.is_automatic
    return not is_asked_for and candidate.answer.state in (*FINDINGS, "unknown")


def _is_left_out(candidate: Candidate) -> bool:
    meant = (candidate.named or candidate.takes_stopped) and not candidate.by_itself
    return not meant and start_state(candidate.inspect) == "stopped"


def _circle(candidate: Candidate) -> tuple[str, ...]:
    """The circle that stands in the way: its own, or one among those that go down with it."""
    return next(filter(None, (candidate.circle, *(dependent.circle for dependent in candidate.dependents))), ())


def _hindrance(candidate: Candidate) -> str:
    """Why it, or one of those that go down with it, would not come up again; empty where all would."""
    down = f"it could not be started again: {candidate.down}, which it is bound to, does not run"
    return next(filter(None, (candidate.down and down, *map(_why_not_again, candidate.dependents))), "")


def _why_not_again(dependent: Dependent) -> str:
    table = (
        (dependent.is_own, "dockmon itself runs in it"),
        (dependent.is_road, "the engine is reached through it"),
        (dependent.manager is not None, f"it is looked after by {dependent.manager}"),
        (dependent.image_config is None, "the image that it runs is gone, so that it can't be recreated"),
        (bool(dependent.down), f"it could not be started again while {dependent.down} does not run"),
    )
    why = next((text for applies, text in table if applies), "")
    return f"{dependent.name} goes down with it, and {why}" if why else ""
