"""`policy explain`: which containers may be updated, and what each level says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dockmon_cli.core.container_settings import Rule, refuse_said_twice
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.policy import Pattern, Verdict, resolve, subject_of
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.ports.engine import Engines
from dockmon_cli.services.listing import everywhere, listed_with_labels


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules and patterns in force."""

    rules: tuple[Rule, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    def verdict_on(self, container: Container) -> Verdict:
        """Given a container whose image is shown as its user wrote it, return the verdict."""
        return resolve(subject_of(container), self.rules, self.patterns)


@dataclass(frozen=True, slots=True)
class Explained:
    """One container and the verdict on it."""

    container: Container
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """The containers chosen, each explained, and everything that could not be had: hosts and TARGETs.

    `succeeded` counts what was asked for and answered: named containers, else hosts.
    """

    items: tuple[Explained, ...]
    problems: tuple[DockmonError, ...]
    succeeded: int


async def explain(
    engines: Engines,
    hosts: Sequence[Host],
    selector: Selector,
    policies: Policies,
    *,
    timeout_s: float,
    tags: TagBook = NO_TAGS,
    update_states: Mapping[tuple[str, str], str] | None = None,
) -> Explanation:
    """Given all configured hosts and what was asked for, explain each container chosen, stopped ones too.

    Each host has `timeout_s`; one that gives no answer is among the problems. `update_states` are the stored
    answers by (host_id, identity), for `--filter update=…`. Raise Declared where the configuration declares what a
    command stored as well.
    """
    there = await everywhere(engines, hosts, selector, partial(listed_with_labels, tags=tags), timeout_s=timeout_s)
    refuse_said_twice(policies.rules, there.containers)
    selection = there.select(update_states)
    # TARGETs keep the order they were typed in, a selection has the order of `ps`.
    chosen = selection.chosen if selector.targets else sorted(selection.chosen, key=lambda c: (c.host, c.name))
    items = tuple(Explained(container, policies.verdict_on(container)) for container in chosen)
    problems = (*there.unknown, *there.failures, *selection.problems)
    return Explanation(items, problems, succeeded=len(items) if selector.targets else there.answered)
