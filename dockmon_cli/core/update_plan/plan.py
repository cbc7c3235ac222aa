"""The decision: refused, a question for the user, or a swap."""

from __future__ import annotations

from collections.abc import Sequence

from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem
from dockmon_cli.core.update_plan.questions import question
from dockmon_cli.core.update_plan.refusals import refusal
from dockmon_cli.core.update_plan.remarks import remarks
from dockmon_cli.core.update_plan.swap_plan import swap_plan
from dockmon_cli.core.verify import VerifySettings


def plan(candidates: Sequence[Candidate], verify: VerifySettings, *, forced: frozenset[str]) -> tuple[PlanItem, ...]:
    """Given candidates, decide about each. `forced` are the keys of containers that were confirmed one by one."""
    return tuple(_decide(candidate, verify, candidate.container.key in forced) for candidate in candidates)


def _decide(candidate: Candidate, verify: VerifySettings, forced: bool) -> PlanItem:
    refused = refusal(candidate)
    if refused is None and not forced:
        refused = question(candidate)
    if refused is not None:
        return refused
    return PlanItem(candidate, "update", message=remarks(candidate), swap=swap_plan(candidate, verify))
