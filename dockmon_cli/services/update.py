"""`update check`, `plan` and `apply`: gather, decide, and for `apply` hand the decided plan to `update_run`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from dockmon_cli.core.errors import DockmonError, StoreError
from dockmon_cli.core.events import by_itself
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import identities
from dockmon_cli.core.selection import Selector, hosts_to_ask
from dockmon_cli.core.update_plan import Candidate, PlanItem, plan_by_itself
from dockmon_cli.core.update_plan import plan as decide
from dockmon_cli.services.fleet import Fleet, open_fleet
from dockmon_cli.services.restraints import restrained
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_batch import Outcome
from dockmon_cli.services.update_check import Checker
from dockmon_cli.services.update_gather import Scope, UpdateTools, scope
from dockmon_cli.services.update_look import Look, Looked, candidates
from dockmon_cli.services.update_look import look as look_for_updates
from dockmon_cli.services.update_operations import run_operations, untouched
from dockmon_cli.services.update_record import record
from dockmon_cli.services.update_recover import recover_open
from dockmon_cli.services.update_run import SWAP_TIMEOUT_S, Follower


@dataclass(frozen=True, slots=True)
class Asked:
    """How updates were asked for: `force` answers what needs an answer of its own, `by_itself` is `--auto`.

    `look` is how it is found out what to move to.
    """

    force: bool = False
    by_itself: bool = False
    look: Look = look_for_updates


JUST_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class Consent:
    """The user's answer to a plan: go or not, the keys of those confirmed one by one, of those chosen (None: all).

    One that is chosen and needs an answer of its own, and was not confirmed, stays as it is and is told so.
    """

    go: bool
    forced: frozenset[str] = frozenset()
    chosen: frozenset[str] | None = None


class Watcher(Follower, Protocol):
    """Who is asked and told while updates run; the command line, or the agent's log."""

    def consent(self, items: Sequence[PlanItem]) -> Consent:
        """Show the plan and ask."""


@dataclass(frozen=True, slots=True, repr=False)
class CheckReport:
    """What a check found; `lookups` are the requests sent to registries, `open_ops` swaps that did not end.

    `hosts` is how many hosts answered, here and in the other reports. None of them is written out by `repr`:
    `asyncio.run` does that with what it returns, and for hundreds of containers it takes as long as looking at them.
    """

    looked: tuple[Looked, ...]
    problems: tuple[DockmonError, ...]
    lookups: int
    open_ops: tuple[Operation, ...]
    hosts: int


@dataclass(frozen=True, slots=True, repr=False)
class PlanReport:
    """What `apply` would do; `covered` is how many containers were meant, those without an update included."""

    items: tuple[PlanItem, ...]
    problems: tuple[DockmonError, ...]
    open_ops: tuple[Operation, ...]
    hosts: int
    covered: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class ApplyReport:
    """What was done. `recovered` are older swaps that were brought to an end first, `open_still` those that were not.

    `went` is False after a no; the outcomes are then those that would have needed an answer of their own. `news` are
    the keys of containers of which something else is to be told than after the last run.
    """

    outcomes: tuple[Outcome, ...]
    problems: tuple[DockmonError, ...]
    recovered: tuple[Operation, ...] = ()
    went: bool = True
    stopped: Stop | None = None
    hosts: int = 0
    news: frozenset[str] = frozenset()
    open_still: tuple[Operation, ...] = ()
    covered: int = 0


async def check(tools: UpdateTools, selector: Selector) -> CheckReport:
    """Ask the registries about the selected containers."""
    async with _open(tools, selector) as (fleet, checker):
        found = await scope(tools, fleet, selector)
        looked, errors = await look_for_updates(tools, checker, found)
    problems, asked = (*found.problems, *errors), tools.registry.requests_made()
    return CheckReport(tuple(looked), problems, asked, tuple(tools.journal.unfinished()), found.answered)


async def plan(tools: UpdateTools, selector: Selector, asked: Asked = JUST_ASKED, *, fresh: bool = False) -> PlanReport:
    """Decide without doing. Stored answers are used where there are any, unless `fresh`.

    What goes by itself is told as it will be when its time has come, unless `fresh`: that is what would be done now.
    """
    async with _open(tools, selector) as (fleet, checker):
        found, items, problems = await _decide(tools, fleet, checker, selector, asked, fresh=fresh)
        if asked.by_itself and not fresh:
            items = plan_by_itself([item.candidate for item in items], tools.verify)
    covered = len(found.selection.chosen)
    return PlanReport(items, problems, tuple(tools.journal.unfinished()), found.answered, covered)


async def apply(
    tools: UpdateTools, selector: Selector, watcher: Watcher, stop: Stop, asked: Asked = JUST_ASKED
) -> ApplyReport:
    """Decide, ask, and do. Swaps that did not end earlier are brought to an end first."""
    tools = replace(tools, by=by_itself(tools.by)) if asked.by_itself else tools
    async with _open(tools, selector, timeout_s=SWAP_TIMEOUT_S) as (fleet, checker):
        recovered, open_still = await recover_open(tools, fleet, watcher, stop)
        found, items, problems = await _decide(tools, fleet, checker, selector, asked, fresh=True, begins=True)
        # Whoever ended the run while it looked is not asked any more: everything is told as not started.
        consent = Consent(go=True) if stop or asked.by_itself else watcher.consent(items)
        items = tuple(item for item in items if consent.chosen is None or item.key in consent.chosen)
        if not consent.go:
            declined = tuple(untouched(item) for item in items if item.needs_answer)
            return ApplyReport(declined, problems, recovered, went=False, hosts=found.answered, open_still=open_still)
        forced = frozenset(item.key for item in items) if asked.force else consent.forced
        items = decide([item.candidate for item in items], tools.verify, forced=forced)
        outcomes = await run_operations(tools, found, items, watcher, stop)
    news, unrecorded = _recorded(tools, outcomes)
    problems = (*problems, *unrecorded)
    return ApplyReport(
        outcomes,
        problems,
        recovered,
        stopped=stop,
        hosts=found.answered,
        news=news,
        open_still=open_still,
        covered=len(found.selection.chosen),
    )


def _recorded(tools: UpdateTools, outcomes: Sequence[Outcome]) -> tuple[frozenset[str], tuple[StoreError, ...]]:
    """Put what was done on record. It is done all the same where that fails, and has to be told."""
    try:
        return record(tools, outcomes), ()
    except StoreError as error:
        return frozenset(), (error,)


@asynccontextmanager
async def looked_at(
    tools: UpdateTools, selector: Selector
) -> AsyncIterator[tuple[Scope, tuple[Candidate, ...], tuple[DockmonError, ...]]]:
    """Ask the registries, and hand out what was found while the hosts are open."""
    async with _open(tools, selector, timeout_s=SWAP_TIMEOUT_S) as (fleet, checker):
        found, items, problems = await _decide(tools, fleet, checker, selector, JUST_ASKED, fresh=True)
        yield found, tuple(item.candidate for item in items), problems


@asynccontextmanager
async def _open(
    tools: UpdateTools, selector: Selector, *, timeout_s: float | None = None
) -> AsyncIterator[tuple[Fleet, Checker]]:
    """Open the hosts that can hold what was asked for."""
    hosts = hosts_to_ask(selector, tools.hosts).hosts
    checker = Checker(tools.registry, tools.checks, tools.clock, tools.insecure)
    try:
        async with open_fleet(tools.engines, hosts, timeout_s=tools.host_timeout_s, call_timeout_s=timeout_s) as fleet:
            yield fleet, checker
    finally:
        await tools.registry.close()


async def _decide(
    tools: UpdateTools,
    fleet: Fleet,
    checker: Checker,
    selector: Selector,
    asked: Asked,
    *,
    fresh: bool,
    begins: bool = False,
) -> tuple[Scope, tuple[PlanItem, ...], tuple[DockmonError, ...]]:
    """Gather and decide. What is still open counts only for a run that `begins`: others tell it beside the plan."""
    found = await scope(tools, fleet, selector)
    looked, errors = await asked.look(tools, checker, found, stored=None if fresh else tools.checks.answers())
    seen, more = await candidates(tools, checker, found, looked)
    busy = _under_way(tools) if begins else frozenset()
    seen = [replace(each, is_busy=(each.container.host_id, each.container.identity) in busy) for each in seen]
    gathered = restrained(tools, seen, by_itself=asked.by_itself)
    forced = frozenset(candidate.container.key for candidate in gathered) if asked.force else frozenset()
    problems = dict.fromkeys((*found.problems, *errors, *more))
    return found, decide(gathered, tools.verify, forced=forced), tuple(problems)


def _under_way(tools: UpdateTools) -> frozenset[tuple[str, str]]:
    """The containers (host_id and identity) that an open operation is about."""
    return frozenset((row.host_id, identity) for row in tools.journal.unfinished() for identity in identities(row))
