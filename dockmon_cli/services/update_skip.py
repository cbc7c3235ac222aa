"""`update skip`: this version is not to come, until another one does or it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dockmon_cli.core.containers import Container
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.update_plan.restraint import Refused
from dockmon_cli.services.chosen import require_words
from dockmon_cli.services.update import PlanReport, plan
from dockmon_cli.services.update_gather import UpdateTools


@dataclass(frozen=True, slots=True)
class Skipped:
    """What came of one container; `version` and `digest` are what is skipped, or was."""

    container: Container
    result: Literal["skipped", "restored", "unchanged"]
    version: str | None = None
    digest: str | None = None


async def skip(tools: UpdateTools, selector: Selector) -> tuple[tuple[Skipped, ...], PlanReport]:
    """Skip what the containers chosen could move to now. Raise UsageError where nothing says which."""
    report = await _look(tools, selector)
    return tuple(_skip(tools, item) for item in report.items if _can_be_told(item)), report


async def restore(tools: UpdateTools, selector: Selector) -> tuple[tuple[Skipped, ...], PlanReport]:
    """Take back every skip of the containers chosen. Raise as `skip` does."""
    report = await _look(tools, selector)
    return tuple(_restore(tools, item.candidate.container) for item in report.items), report


async def _look(tools: UpdateTools, selector: Selector) -> PlanReport:
    require_words(selector)
    return await plan(tools, selector)


def _can_be_told(item: PlanItem) -> bool:
    """What nobody could tell about is among the failures."""
    return item.candidate.answer.state != "unknown"


def _skip(tools: UpdateTools, item: PlanItem) -> Skipped:
    container, available = item.candidate.container, item.candidate.answer.available
    if available is None or not item.candidate.has_update:
        return Skipped(container, "unchanged")
    by, now = tools.by, tools.clock.now()
    tools.refusals.save_refusal(
        Refused(container.host_id, container.identity, available.digest, "skip", by, now, available.version)
    )
    return Skipped(container, "skipped", available.version, available.digest)


def _restore(tools: UpdateTools, container: Container) -> Skipped:
    place = (container.host_id, container.identity)
    mine = [one for one in tools.refusals.refusals() if one.kind == "skip" and (one.host_id, one.identity) == place]
    if not mine:
        return Skipped(container, "unchanged")
    tools.refusals.forget_refusals(mine)
    return Skipped(container, "restored", mine[-1].version, mine[-1].digest)
