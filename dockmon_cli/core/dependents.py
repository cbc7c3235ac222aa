"""Who depends on whom among the containers of one host, and in which order they stop and start.

Two kinds of ties. A container is *bound* to another whose network, IPC or PID namespace it shares, which it is
linked to on the default bridge, or whose volumes it mounts (`--volumes-from`): it holds on to that very container,
by its ID as a rule, so it goes down with it and is recreated with it. It merely comes *after* another that compose
(`com.docker.compose.depends_on`), its user (`dockmon.depends_on`) or a link on a network of their own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from dockmon_cli.core.containers import COMPOSE_PROJECT, COMPOSE_SERVICE, base_name
from dockmon_cli.core.documents import Document

SHARED = ("NetworkMode", "IpcMode", "PidMode")
SHARES = "container:"
SHORTEST_ID = 12
DEPENDS_ON = "dockmon.depends_on"
COMPOSE_DEPENDS_ON = "com.docker.compose.depends_on"
COMPOSE_ONEOFF = "com.docker.compose.oneoff"


@dataclass(frozen=True, slots=True)
class Graph:
    """The containers of one host by ID. `order` is their start order: whatever one depends on comes before it.

    `bound` and `after` hold for each what it is directly tied to in that way. `circles` are sets of containers that
    depend on each other, directly or through others: no order is right for them.
    """

    names: Mapping[str, str]
    bound: Mapping[str, frozenset[str]]
    after: Mapping[str, frozenset[str]]
    circles: tuple[frozenset[str], ...]
    order: tuple[str, ...]

    def bound_to(self, container: str) -> tuple[str, ...]:
        """The IDs of all containers that go down with this one, in start order."""
        found = {container}
        for other in self.order:
            if self.bound[other] & found:
                found.add(other)
        return tuple(other for other in self.order if other in found - {container})

    def circle_of(self, container: str) -> tuple[str, ...]:
        """The names of the circle that it is part of, sorted; empty where it is in none."""
        circle = next((circle for circle in self.circles if container in circle), frozenset())
        return tuple(sorted(self.names[member] for member in circle))

    def needs(self, container: str) -> frozenset[str]:
        """The IDs of everything that it depends on, directly or through others."""
        return _reached(container, _ties(self.bound, self.after))


def graph(containers: Iterable[Document]) -> Graph:
    """Given the inspect documents of one host, return who depends on whom.

    What is there only while a swap lasts is nobody's dependent.
    """
    documents = sorted((d for d in containers if base_name(_name(d)) == _name(d)), key=_name)
    find = _Finder(documents)
    bound = {d["Id"]: frozenset(find.named(held(d))) - {d["Id"]} for d in documents}
    after = {d["Id"]: frozenset(find.named(_asked(d))) | find.services(d) - {d["Id"]} for d in documents}
    circles = _circles(_ties(bound, after))
    return Graph({d["Id"]: _name(d) for d in documents}, bound, after, circles, _order(_ties(bound, after), circles))


def needs_running(container: Document, others: Iterable[Document]) -> Iterator[tuple[str, Document | None]]:
    """The containers without which the engine does not start this one: what it calls each, and the one it means.

    That is None where none of the `others` is meant.
    """
    by_id = {other["Id"]: other for other in others}
    find = _Finder(tuple(by_id.values()))
    for call in _shared(container["HostConfig"]):
        yield call, by_id.get(find.one(call) or "")


class _Finder:
    """Finds containers by what others call them: a name, an ID, the first characters of one."""

    def __init__(self, documents: Sequence[Document]):
        self._documents = documents
        self._by_name = {_name(document): document["Id"] for document in documents}

    def named(self, calls: Iterable[str]) -> set[str]:
        """Return the IDs of those that are here."""
        return {found for call in calls if (found := self.one(call))}

    def one(self, call: str) -> str | None:
        if call in self._by_name:
            return str(self._by_name[call])
        return next((d["Id"] for d in self._documents if names_id(call, d["Id"])), None)

    def services(self, container: Document) -> frozenset[str]:
        """All containers of the services of its own compose project that compose starts before it."""
        project, wanted = _labels(container).get(COMPOSE_PROJECT), _compose_services(container)
        mine = [d for d in self._documents if _labels(d).get(COMPOSE_PROJECT) == project and not _is_oneoff(d)]
        return frozenset(d["Id"] for d in mine if _labels(d).get(COMPOSE_SERVICE) in wanted)


def names_id(call: str, full_id: str) -> bool:
    """True if this is the ID or enough of its beginning; less than docker itself shows is a name."""
    return len(call) >= SHORTEST_ID and full_id.startswith(call)


def shares(host_config: Document, kind: str = "NetworkMode") -> bool:
    """True if its network, or a namespace of another `kind` (one of SHARED), is that of another container."""
    return str(host_config.get(kind) or "").startswith(SHARES)


def held(container: Document) -> Iterator[str]:
    """Given an inspect document, return what the container is bound to, by the names or IDs that it says."""
    yield from _shared(container["HostConfig"])
    for entry in container["HostConfig"].get("VolumesFrom") or []:
        yield str(entry).partition(":")[0]


def _shared(host_config: Document) -> Iterator[str]:
    for key in SHARED:
        if shares(host_config, key):
            yield str(host_config[key]).removeprefix(SHARES)
    for link in host_config.get("Links") or []:
        # `/db:/web/database`: shown by name, held by ID. Without it even `docker exec` fails in the one that links.
        yield str(link).partition(":")[0].removeprefix("/")


def _asked(container: Document) -> Iterator[str]:
    """What its user names; on a network of their own a link is a name that is looked up at every use."""
    for name in _labels(container).get(DEPENDS_ON, "").split(","):
        yield name.strip()
    networks = (container.get("NetworkSettings") or {}).get("Networks") or {}
    for endpoint in networks.values():
        for link in (endpoint or {}).get("Links") or []:
            yield str(link).partition(":")[0]


def _compose_services(container: Document) -> set[str]:
    """`db:service_healthy:false,cache:service_started:true`; older versions write the names alone."""
    told = _labels(container).get(COMPOSE_DEPENDS_ON, "")
    return {entry.partition(":")[0].strip() for entry in told.split(",") if entry.strip()}


def _is_oneoff(container: Document) -> bool:
    return _labels(container).get(COMPOSE_ONEOFF, "").lower() == "true"


def _labels(container: Document) -> Mapping[str, str]:
    return (container.get("Config") or {}).get("Labels") or {}


def _name(container: Document) -> str:
    return str(container["Name"]).removeprefix("/")


def _ties(*kinds: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {container: frozenset().union(*(kind[container] for kind in kinds)) for container in kinds[0]}


def _reached(start: str, ties: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(ties[start])
    while waiting:
        container = waiting.pop()
        if container not in found:
            found.add(container)
            waiting += ties[container]
    return frozenset(found)


def _circles(ties: Mapping[str, frozenset[str]]) -> tuple[frozenset[str], ...]:
    reached = {container: _reached(container, ties) for container in ties}
    found = (frozenset(other for other in reached[c] if c in reached[other]) for c in ties if c in reached[c])
    return tuple(dict.fromkeys(found))


def _order(ties: Mapping[str, frozenset[str]], circles: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """Topological. A circle, in which there is no order, comes as a whole after all that its members depend on."""
    together = {member: circle for circle in circles for member in circle}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for container in ties:
        circle = together.get(container, frozenset({container}))
        sorter.add(container, *sorted(frozenset().union(*(ties[member] for member in circle)) - circle))
    return tuple(sorter.static_order())
