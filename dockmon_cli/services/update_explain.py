"""`update explain`: the last decision about a container, why, and when it is tried next."""

from __future__ import annotations

from dataclasses import dataclass

from dockmon_cli.core.decisions import Decision
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services.update import Asked, PlanReport, plan
from dockmon_cli.services.update_gather import UpdateTools


@dataclass(frozen=True, slots=True)
class Explained:
    """One container: what automatic mode would do with it, and the decision of the last run that had it in it."""

    item: PlanItem
    last: Decision | None


async def explain(tools: UpdateTools, selector: Selector) -> tuple[tuple[Explained, ...], PlanReport]:
    """Explain the containers chosen, from stored answers, asking a registry where there are none."""
    report = await plan(tools, selector, Asked(by_itself=True))
    last = tools.records.decisions()
    return tuple(Explained(item, last.get(_place(item))) for item in report.items), report


def _place(item: PlanItem) -> tuple[str, str]:
    container = item.candidate.container
    return container.host_id, container.identity
