"""`policy explain`: which containers may be updated, and what each level says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dockmon_cli.core.container_settings import Rule, refuse_said_twice
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.policy import Pattern, Verdict, resolve, subject_of
from dockmon_cli.core.selection import Selector, hosts_to_ask, select
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.services.asking import ask_hosts
from dockmon_cli.services.listing import listed_with_labels


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
    asked = hosts_to_ask(selector, hosts)

    async def all_containers(engine: Engine) -> list[Container]:
        return await listed_with_labels(engine, tags)

    told = await ask_hosts(engines, asked.hosts, all_containers, timeout_s=timeout_s)
    failures = [answer.error for answer in told if answer.error]
    silent = [answer.host.name for answer in told if answer.error]
    everything = [container for answer in told for container in answer.value or ()]
    refuse_said_twice(policies.rules, everything)
    selection = select(everything, selector, hosts, update_states=update_states, silent=silent)
    # TARGETs keep the order they were typed in, a selection has the order of `ps`.
    chosen = selection.chosen if selector.targets else sorted(selection.chosen, key=lambda c: (c.host, c.name))
    items = tuple(Explained(container, policies.verdict_on(container)) for container in chosen)
    problems = (*asked.problems, *failures, *selection.problems)
    return Explanation(items, problems, succeeded=len(items) if selector.targets else len(told) - len(failures))
