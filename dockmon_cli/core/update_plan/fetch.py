"""Fetching an image ahead of the swap that will use it: no decision to update, so few reasons speak against it."""

from __future__ import annotations

from dataclasses import replace

from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem
from dockmon_cli.core.update_plan.refusals import refusal
from dockmon_cli.core.update_plan.restraint import UNRESTRAINED
from dockmon_cli.core.update_plan.swap_plan import swap_plan
from dockmon_cli.core.verify import VerifySettings


def fetch(candidate: Candidate, verify: VerifySettings) -> PlanItem:
    """Given a candidate, return the item whose swap names what to fetch, or why nothing is fetched for it."""
    bare = _without_what_concerns_the_swap(candidate)
    return refusal(bare) or PlanItem(bare, "update", swap=swap_plan(bare, verify))


def _without_what_concerns_the_swap(candidate: Candidate) -> Candidate:
    """The swap will need the old image's config too; what is fetched now may well be all there is by then."""
    return replace(
        candidate,
        takes_stopped=True,
        restraint=UNRESTRAINED,
        dependents=(),
        circle=(),
        down="",
        old_image_config=candidate.old_image_config or {},
    )
