"""The decision: refused, a question for the user, or a swap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem
from dockmon_cli.core.update_plan.groups import grouped
from dockmon_cli.core.update_plan.questions import question
from dockmon_cli.core.update_plan.refusals import refusal
from dockmon_cli.core.update_plan.remarks import remarks
from dockmon_cli.core.update_plan.start_first import collision
from dockmon_cli.core.update_plan.swap_plan import swap_plan
from dockmon_cli.core.verify import VerifySettings


def plan(candidates: Sequence[Candidate], verify: VerifySettings, *, forced: frozenset[str]) -> tuple[PlanItem, ...]:
    """Given candidates, decide about each. `forced` are the keys of containers that were confirmed one by one."""
    items = [_decide(candidate, verify, candidate.container.key in forced) for candidate in candidates]
    return grouped(items, verify)


def plan_by_itself(candidates: Sequence[Candidate], verify: VerifySettings) -> tuple[PlanItem, ...]:
    """Given candidates of an automatic run, decide about each as it will be when its time has come.

    What waits for nothing but that is an update with `starts_at`; its reason and message tell what it waits for.
    """
    return grouped([_when_it_is_time(candidate, verify) for candidate in candidates], verify)


def _when_it_is_time(candidate: Candidate, verify: VerifySettings) -> PlanItem:
    now = _decide(candidate, verify, forced=False)
    if now.starts_at is None:
        return replace(now, starts_at=candidate.restraint.as_of) if now.would == "update" else now
    then = replace(candidate, restraint=replace(candidate.restraint, as_of=now.starts_at))
    later = _decide(then, verify, forced=False)
    if later.would != "update":
        return later
    said = "; ".join(filter(None, (now.message, later.message)))
    return replace(later, reason=now.reason, message=said, starts_at=now.starts_at)


def _decide(candidate: Candidate, verify: VerifySettings, forced: bool) -> PlanItem:
    refused = refusal(candidate) or collision(candidate)
    if refused is None and not forced:
        refused = question(candidate)
    if refused is not None:
        return refused
    return PlanItem(candidate, "update", message=remarks(candidate), swap=swap_plan(candidate, verify))
