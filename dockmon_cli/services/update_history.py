"""What was done, from the journal; hosts are asked only where a TARGET or a selection has to be resolved.

The journal also knows containers that are gone, hosts that do not answer and hosts that are configured no longer.
"""

from __future__ import annotations

from dataclasses import dataclass

from dockmon_cli.core.errors import Ambiguous, DockmonError, HostError, NotFound
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import meant_by, names_in
from dockmon_cli.core.selection import Selector, hosts_to_ask
from dockmon_cli.core.targets import host_part
from dockmon_cli.services.fleet import open_fleet
from dockmon_cli.services.update_gather import Scope, UpdateTools, scope

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """Operations, newest first, and what was asked for that could not be found; `hosts` is how many answered.

    `of_others` are those among them in which what was asked for went along with another container.
    """

    operations: tuple[Operation, ...]
    problems: tuple[DockmonError, ...] = ()
    hosts: int = 0
    of_others: tuple[Operation, ...] = ()


async def history(tools: UpdateTools, selector: Selector, *, limit: int) -> HistoryReport:
    """Return the newest operations, of everything or in which one that the selector covers was a member."""
    if selector.is_empty:
        return HistoryReport(tuple(tools.journal.history(limit=limit)))
    if not (selector.targets or selector.tags or selector.filters):
        return _of_hosts(tools, selector, limit)
    hosts = hosts_to_ask(selector, tools.hosts).hosts
    async with open_fleet(tools.engines, hosts, timeout_s=tools.host_timeout_s) as fleet:
        found = await scope(tools, fleet, selector)
    past, problems = _from_the_past(tools, selector, found)
    keys = [*_keys(tools, found), *past]
    rows = tools.journal.history(limit=limit, keys=keys)
    others = tuple(row for row in rows if (row.host_id, row.identity) not in keys)
    return HistoryReport(tuple(rows), problems, found.answered, others)


def show(tools: UpdateTools, op: str) -> Operation:
    """Return one operation, by its op or a unique prefix of it. Raise NotFound, or Ambiguous where several begin so."""
    row = tools.journal.operation(op)
    if row is None:
        raise NotFound(f"no operation is called {op}", "`dockmon update history` lists them", target=op)
    return row


def _of_hosts(tools: UpdateTools, selector: Selector, limit: int) -> HistoryReport:
    """All that was done on these hosts, to containers that are gone by now too."""
    asked = hosts_to_ask(selector, tools.hosts)
    rows = tools.journal.history(limit=limit, host_ids=[host.host_id for host in asked.hosts])
    return HistoryReport(tuple(rows), asked.problems, len(asked.hosts))


def _from_the_past(tools: UpdateTools, selector: Selector, found: Scope) -> tuple[list[Key], tuple[DockmonError, ...]]:
    """The containers that TARGETs named when they were there, and the problems that are left.

    Tags and filters say nothing of a container that is gone: with them only what is there is meant.
    """
    if selector.tags or selector.filters:
        return [], found.problems
    keys: dict[str, Key] = {}
    unclear: list[DockmonError] = []
    missing = _not_found(tools, selector, found)
    for target in missing:
        try:
            if key := meant_by(target, tools.journal.called(names_in(target)), selector.hosts):
                keys[target] = key
        except Ambiguous as error:
            unclear.append(error)
    settled = {*keys, *(error.target for error in unclear)}
    left = [problem for problem in found.problems if problem.target not in settled]
    if len(keys) == len(missing):
        # Nobody else was asked for: a host that gave no answer kept nothing back.
        left = [problem for problem in left if not isinstance(problem, HostError)]
    return list(keys.values()), (*left, *unclear)


def _not_found(tools: UpdateTools, selector: Selector, found: Scope) -> list[str]:
    """The TARGETs that nothing answers to now: there is none, or its host was silent."""
    none = {problem.target for problem in found.problems if isinstance(problem, NotFound)}
    silent = {problem.host for problem in found.failures if isinstance(problem, HostError)}
    return [t for t in dict.fromkeys(selector.targets) if t in none or host_part(t, tools.hosts) in silent]


def _keys(tools: UpdateTools, found: Scope) -> list[Key]:
    """The containers meant, by (host_id, identity); filters on update states hold for the stored answers."""
    states = {key: answer.state for key, answer in tools.checks.answers().items()}
    keys = [((container.host_id, container.identity), container) for container in found.selection.chosen]
    return [key for key, container in keys if found.wants(container, states.get(key, "unknown"))]
