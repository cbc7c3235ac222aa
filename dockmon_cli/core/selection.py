"""Which containers a command is about: TARGETs by name, and selections by host, tag and filter.

A TARGET is `host/name`, a `name` that only one host has, `host:short_id`, `host_id:short_id` (the key), or a short
ID that only one container's begins with. A selection narrows: values of the same key add up, different keys all
have to hold. What could not be found is data beside what was; nothing here raises for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import DockmonError, UsageError
from dockmon_cli.core.filters import Filters, UpdateStates, parse_filters
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.tags import tags_of
from dockmon_cli.core.targets import Resolver, host_part, unknown_host

RUNNING_WORDS = frozenset({"running", "paused", "restarting"})
"""What the engine's list shows without being asked for all."""


@dataclass(frozen=True, slots=True)
class Selector:
    """What was typed: TARGETs, `--host`, `--tag` and the parsed `--filter`. Empty means everything."""

    targets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)

    @property
    def is_empty(self) -> bool:
        """True if nothing was typed."""
        return not (self.targets or self.is_selection)

    @property
    def is_selection(self) -> bool:
        """True if a selection was typed, with or without a TARGET."""
        return bool(self.hosts or self.tags or self.filters)

    @property
    def wants_all(self) -> bool:
        """True if a status was asked for that only `-a` would list."""
        return any(status not in RUNNING_WORDS for status in self.filters.values("status"))

    def covers(self, container: Container, update_states: UpdateStates | None = None) -> bool:
        """Tell whether the selection (not the TARGETs) holds for a container."""
        return (
            (not self.hosts or container.host in self.hosts)
            and (not self.tags or not tags_of(container).isdisjoint(self.tags))
            and self.filters.hold(container, update_states or {})
        )


@dataclass(frozen=True, slots=True)
class HostChoice:
    """The hosts to ask, and what was asked for that is none."""

    hosts: tuple[Host, ...]
    problems: tuple[DockmonError, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The containers chosen, the keys of those that a TARGET named, and the TARGETs that named none."""

    chosen: tuple[Container, ...]
    named: frozenset[str] = frozenset()
    problems: tuple[DockmonError, ...] = ()


def parse_selector(
    targets: Iterable[str] = (), hosts: Iterable[str] = (), tags: Iterable[str] = (), filters: Iterable[str] = ()
) -> Selector:
    """Given what was typed, return the selector. Raise UsageError for a filter that has no meaning or an empty word."""
    selector = Selector(tuple(targets), tuple(hosts), tuple(tags), parse_filters(filters))
    for words, what in ((selector.targets, "TARGET"), (selector.hosts, "--host"), (selector.tags, "--tag")):
        if "" in words:
            raise UsageError(f"{what} is empty", "name one, or leave it out")
    return selector


def hosts_to_ask(selector: Selector, hosts: Sequence[Host]) -> HostChoice:
    """Given the configured hosts, return those that can hold what was asked for.

    That is `--host`'s, and of these the ones that the TARGETs name, if every TARGET names one. A host that is
    not configured is a NotFound among the problems.
    """
    known = {host.name: host for host in hosts}
    wanted = {*selector.hosts} or {*known}
    problems = [unknown_host(name, known) for name in dict.fromkeys(selector.hosts) if name not in known]
    parts = [host_part(target, hosts) for target in selector.targets]
    if parts and None not in parts:
        wanted &= {*parts}
    return HostChoice(tuple(host for host in hosts if host.name in wanted), tuple(problems))


def select(
    containers: Sequence[Container],
    selector: Selector,
    hosts: Sequence[Host],
    *,
    update_states: Mapping[tuple[str, str], str] | None = None,
    silent: Collection[str] = (),
) -> Selection:
    """Given what the hosts listed, return what the selector chooses of it.

    `hosts` are all configured ones, `silent` the names of those that could not be asked: what is named on one of
    them is neither found nor not found, its host's failure tells. `update_states` are the stored answers by
    (host_id, identity). Temporary containers are never chosen. TARGETs keep their order, a selection the list's.
    """
    own = [container for container in containers if not container.is_temporary]
    covered = [container for container in own if selector.covers(container, update_states)]
    if not selector.targets:
        return Selection(tuple(covered))
    resolver = Resolver(own, frozenset(c.key for c in covered), hosts, frozenset(silent))
    chosen: dict[str, Container] = {}
    problems: list[DockmonError] = []
    for target in dict.fromkeys(selector.targets):
        found = resolver.find(target)
        if isinstance(found, Container):
            chosen[found.key] = found
        elif found is not None:
            problems.append(found)
    return Selection(tuple(chosen.values()), frozenset(chosen), tuple(problems))
