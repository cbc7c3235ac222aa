"""What was done, from the journal; hosts are asked only where a TARGET has to be resolved."""

from __future__ import annotations

from dataclasses import dataclass

from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.selection import Selector, hosts_to_ask
from dockmon_cli.services.fleet import open_fleet
from dockmon_cli.services.update_gather import Scope, UpdateTools, scope


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """Operations, newest first, and what was asked for that could not be found; `hosts` is how many answered."""

    operations: tuple[Operation, ...]
    problems: tuple[DockmonError, ...] = ()
    hosts: int = 0


async def history(tools: UpdateTools, selector: Selector, *, limit: int) -> HistoryReport:
    """Return the newest operations, of everything or of what the selector covers now."""
    if selector.is_empty:
        return HistoryReport(tuple(tools.journal.history(limit=limit)))
    hosts = hosts_to_ask(selector, tools.hosts).hosts
    async with open_fleet(tools.engines, hosts, timeout_s=tools.host_timeout_s) as fleet:
        found = await scope(tools, fleet, selector)
    rows = tools.journal.history(limit=limit, keys=_keys(tools, found))
    return HistoryReport(tuple(rows), found.problems, found.answered)


def _keys(tools: UpdateTools, found: Scope) -> list[tuple[str, str]]:
    """The containers meant, by (host_id, identity); filters on update states hold for the stored answers."""
    states = {key: answer.state for key, answer in tools.checks.answers().items()}
    keys = [((container.host_id, container.identity), container) for container in found.selection.chosen]
    return [key for key, container in keys if found.wants(container, states.get(key, "unknown"))]
