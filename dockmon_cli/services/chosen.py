"""Which containers a setting is for: those that TARGETs name, or whatever a selection covers, now and later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError, HostError, UsageError
from dockmon_cli.core.filters import PASSING_FILTERS
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import TagBook
from dockmon_cli.ports.engine import Engines
from dockmon_cli.services.listing import everywhere, listed_with_labels


@dataclass(frozen=True, slots=True)
class Places:
    """What a setter's words mean: one place for each TARGET, else the selection itself.

    `exact` are the named containers, `selector` the standing rule's (None where TARGETs were given). `covered` are
    the containers that it concerns now, `problems` what keeps the setter from being carried out, `unasked` the hosts
    whose containers nobody could look at.
    """

    exact: tuple[Container, ...]
    selector: Selector | None
    covered: tuple[Container, ...]
    problems: tuple[DockmonError, ...]
    unasked: tuple[DockmonError, ...] = ()


async def places(
    engines: Engines, hosts: Sequence[Host], tags: TagBook, selector: Selector, *, timeout_s: float
) -> Places:
    """Find what a setter's words mean. Raise UsageError where they say nothing, or nothing that lasts."""
    _refuse_what_does_not_last(selector)
    there = await everywhere(engines, hosts, selector, partial(listed_with_labels, tags=tags), timeout_s=timeout_s)
    selection = there.select()
    problems = (*there.unknown, *selection.problems)
    if selector.targets:
        return Places(selection.chosen, None, selection.chosen, (*problems, *there.failures))
    return Places((), selector, selection.chosen, problems, there.failures)


def require_words(selector: Selector) -> None:
    """Raise UsageError where neither a TARGET nor a selection says which containers."""
    if selector.is_empty:
        raise UsageError("nothing says which containers", "name a TARGET, or select by --host, --tag or --filter")


def _refuse_what_does_not_last(selector: Selector) -> None:
    require_words(selector)
    passing = [key for key in PASSING_FILTERS if selector.filters.values(key)]
    if passing and not selector.targets:
        raise UsageError(
            f"--filter {passing[0]} changes from moment to moment, and a standing rule lasts",
            "name TARGETs, or select by --host, --tag, or --filter label, project, image or name",
        )


def unreachable_notes(unasked: Sequence[DockmonError]) -> tuple[str, ...]:
    """A line for each host that could not be looked at; what was set holds there too."""
    return tuple(f"{error.host}: {error.message}" for error in unasked if isinstance(error, HostError))
