"""Fetching an image ahead of the swap that will use it: no decision to update, so few reasons speak against it."""

from __future__ import annotations

from dataclasses import replace

from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem
from dockmon_cli.core.update_plan.refusals import refusal
from dockmon_cli.core.update_plan.restraint import HOLDS_IN
from dockmon_cli.core.update_plan.swap_plan import swap_plan
from dockmon_cli.core.verify import VerifySettings

_CONCERN_THE_SWAP: frozenset[str | None] = frozenset({
    *HOLDS_IN, "stopped", "dependents", "circle", "port_in_use", "static_address", "shared_mount",
})  # fmt: skip


def fetch(candidate: Candidate, verify: VerifySettings) -> PlanItem:
    """Given a candidate, return the item whose swap names what to fetch, or why nothing is fetched for it."""
    refused = refusal(candidate)
    if refused is not None and (refused.would != "skipped" or refused.reason not in _CONCERN_THE_SWAP):
        return refused
    if candidate.old_image_config is None:
        # The swap will need it too; what is fetched now may well be all there is by then.
        candidate = replace(candidate, old_image_config={})
    return PlanItem(candidate, "update", swap=swap_plan(candidate, verify))
