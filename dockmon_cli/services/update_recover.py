"""Bring swaps that did not end to a good end. Runs before every command that updates, and as `update recover`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace

from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.swap_failure import INTERRUPTED
from dockmon_cli.core.swap_group import UNREADABLE, group_plan
from dockmon_cli.ports.engine import Engine
from dockmon_cli.services.fleet import Fleet, open_fleet
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_batch import all_of
from dockmon_cli.services.update_gather import UpdateTools
from dockmon_cli.services.update_record import record_recovered
from dockmon_cli.services.update_run import SWAP_TIMEOUT_S, Follower, held, prepared, settle

CUT_SHORT = "dockmon or the engine was killed"
Rows = tuple[Operation, ...]


async def recover_open(tools: UpdateTools, fleet: Fleet, follower: Follower, stop: Stop) -> tuple[Rows, Rows]:
    """Given the open hosts, finish every unfinished swap on them; return the rows that are closed now, and the others.

    A swap whose process lives is left alone: it holds the lease. Hosts do not wait for each other.
    """
    engines = {engine.host.host_id: engine for engine in fleet.engines}
    places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(tools.max_parallel))

    async def one(row: Operation) -> Operation | None:
        async with places[row.host_id]:
            return None if stop else await _finish(tools, engines[row.host_id], row, follower, stop)

    rows = [row for row in tools.journal.unfinished() if row.host_id in engines]
    ended = [row for row in await all_of(one(row) for row in rows) if row is not None]
    closed = tuple(row for row in ended if row.phase == "closed")
    return closed, tuple(row for row in ended if row.phase != "closed")


async def _finish(
    tools: UpdateTools, engine: Engine, found: Operation, follower: Follower, stop: Stop
) -> Operation | None:
    """Finish one swap; None if another process is at it, or has been until now (so the row is read under the lease)."""
    with held(tools, found) as is_held:
        row = tools.journal.operation(found.op)
        if not is_held or row is None or row.phase == "closed":
            return None
        try:
            group = group_plan(row.plan)
        except UNREADABLE as error:
            return replace(row, message=f"another version of dockmon wrote it, and this one can't read it: {error}")
        run = prepared(tools, engine, group, row, follower, stop)
        ended = await run.finish(row.reason or INTERRUPTED, row.message or CUT_SHORT)
    await settle(tools, engine, group, ended)
    record_recovered(tools, [ended])
    return ended


@dataclass(frozen=True, slots=True)
class RecoverReport:
    """Swaps that were brought to an end, those that nobody is at and are still open, and hosts that gave no answer."""

    done: tuple[Operation, ...]
    open_still: tuple[Operation, ...]
    problems: tuple[DockmonError, ...]
    stopped: Stop


async def recover(tools: UpdateTools, follower: Follower, stop: Stop) -> RecoverReport:
    """Finish what is open on every host that can be reached."""
    waiting = {row.host_id for row in tools.journal.unfinished()}
    hosts = [host for host in tools.hosts if host.host_id in waiting]
    try:
        limits = {"timeout_s": tools.host_timeout_s, "call_timeout_s": SWAP_TIMEOUT_S}
        async with open_fleet(tools.engines, hosts, **limits) as fleet:
            done, tried = await recover_open(tools, fleet, follower, stop)
    finally:
        await tools.registry.close()
    as_told = {row.op: row for row in tried}
    open_still = tuple(as_told.get(row.op, row) for row in tools.journal.unfinished() if not _is_under_way(tools, row))
    return RecoverReport(done, open_still, fleet.failures, stop)


def _is_under_way(tools: UpdateTools, row: Operation) -> bool:
    """True while the process that opened it lives."""
    with held(tools, row) as is_held:
        return not is_held
