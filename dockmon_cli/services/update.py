"""`update check`, `plan` and `apply`: gather, decide, and for `apply` hand the decided plan to `update_run`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from dockmon_cli.core.errors import DockmonError, StoreError
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.selection import Selector, hosts_to_ask
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.update_plan import plan as decide
from dockmon_cli.services.fleet import Fleet, open_fleet
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_batch import Outcome, run_batch
from dockmon_cli.services.update_check import Checker
from dockmon_cli.services.update_gather import Scope, UpdateTools, scope
from dockmon_cli.services.update_look import Look, Looked, candidates
from dockmon_cli.services.update_look import look as look_for_updates
from dockmon_cli.services.update_recover import recover_open
from dockmon_cli.services.update_run import SWAP_TIMEOUT_S, Follower, run_item


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


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found; `lookups` are the requests sent to registries, `open_ops` swaps that did not end.

    `hosts` is how many hosts answered, here and in the other reports.
    """

    looked: tuple[Looked, ...]
    problems: tuple[DockmonError, ...]
    lookups: int
    open_ops: tuple[Operation, ...]
    hosts: int


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What `apply` would do."""

    items: tuple[PlanItem, ...]
    problems: tuple[DockmonError, ...]
    open_ops: tuple[Operation, ...]
    hosts: int


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What was done. `recovered` are older swaps that were brought to an end first.

    `went` is False after a no; the outcomes are then those that would have needed an answer of their own.
    """

    outcomes: tuple[Outcome, ...]
    problems: tuple[DockmonError, ...]
    recovered: tuple[Operation, ...] = ()
    went: bool = True
    stopped: Stop | None = None
    hosts: int = 0


async def check(tools: UpdateTools, selector: Selector) -> CheckReport:
    """Ask the registries about the selected containers."""
    async with _open(tools, selector) as (fleet, checker):
        found = await scope(tools, fleet, selector)
        looked, errors = await look_for_updates(tools, checker, found)
    problems, asked = (*found.problems, *errors), tools.registry.requests_made()
    return CheckReport(tuple(looked), problems, asked, tuple(tools.journal.unfinished()), found.answered)


async def plan(
    tools: UpdateTools, selector: Selector, *, fresh: bool = False, force: bool = False, look: Look = look_for_updates
) -> PlanReport:
    """Decide without doing. Stored answers are used where there are any, unless `fresh`.

    `look` is how it is found out what to move to, here and below.
    """
    async with _open(tools, selector) as (fleet, checker):
        found, items, problems = await _decide(tools, fleet, checker, selector, look, fresh=fresh, force=force)
    return PlanReport(items, problems, tuple(tools.journal.unfinished()), found.answered)


async def apply(
    tools: UpdateTools,
    selector: Selector,
    watcher: Watcher,
    stop: Stop,
    *,
    force: bool = False,
    look: Look = look_for_updates,
) -> ApplyReport:
    """Decide, ask, and do. Swaps that did not end earlier are brought to an end first."""
    async with _open(tools, selector, timeout_s=SWAP_TIMEOUT_S) as (fleet, checker):
        recovered = await recover_open(tools, fleet, watcher, stop)
        found, items, problems = await _decide(tools, fleet, checker, selector, look, fresh=True, force=force)
        # Whoever ended the run while it looked is not asked any more: everything is told as not started.
        consent = Consent(go=True) if stop else watcher.consent(items)
        items = tuple(item for item in items if consent.chosen is None or _key(item) in consent.chosen)
        if not consent.go:
            declined = tuple(_untouched(item) for item in items if item.needs_answer)
            return ApplyReport(declined, problems, recovered, went=False, hosts=found.answered)
        forced = frozenset(map(_key, items)) if force else consent.forced
        items = decide([item.candidate for item in items], tools.verify, forced=forced)
        outcomes = await _run(tools, found, items, watcher, stop)
    return ApplyReport(outcomes, problems, recovered, stopped=stop, hosts=found.answered)


async def _run(
    tools: UpdateTools, found: Scope, items: Sequence[PlanItem], watcher: Watcher, stop: Stop
) -> tuple[Outcome, ...]:
    async def one(item: PlanItem) -> Outcome:
        container = item.candidate.container
        try:
            return await run_item(tools, found.views[container.host_id].engine, item, watcher, stop)
        except StoreError as error:  # what the others came to is told all the same
            error.host, error.target = container.host, container.target
            return Outcome(item, "failed", None, error.message, error=error)

    ready = [item for item in items if item.swap]
    done = iter(await run_batch(ready, one, max_parallel=tools.max_parallel, stop=stop))
    return tuple(next(done) if item.swap else _untouched(item) for item in items)


def _untouched(item: PlanItem) -> Outcome:
    assert item.would != "update"  # noqa: S101 - an item without a swap has a result
    return Outcome(item, item.would, item.reason, item.message)


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
    tools: UpdateTools, fleet: Fleet, checker: Checker, selector: Selector, look: Look, *, fresh: bool, force: bool
) -> tuple[Scope, tuple[PlanItem, ...], tuple[DockmonError, ...]]:
    found = await scope(tools, fleet, selector)
    looked, errors = await look(tools, checker, found, stored=None if fresh else tools.checks.answers())
    gathered, more = await candidates(tools, checker, found, looked)
    forced = frozenset(candidate.container.key for candidate in gathered) if force else frozenset()
    problems = dict.fromkeys((*found.problems, *errors, *more))
    return found, decide(gathered, tools.verify, forced=forced), tuple(problems)


def _key(item: PlanItem) -> str:
    return item.candidate.container.key
