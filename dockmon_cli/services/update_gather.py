"""Gather what commands about updates work with: the tools, the open hosts, and which containers are meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dockmon_cli.core.container_settings import refuse_said_twice
from dockmon_cli.core.containers import Container
from dockmon_cli.core.dependents import Graph, graph
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import DockmonError, EngineError, NoSuchObject
from dockmon_cli.core.filters import Filters
from dockmon_cli.core.hooks import HOOKS_OFF, HookSettings
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.recovery import ALIVE
from dockmon_cli.core.retention import DEFAULT_LIMITS, Limits
from dockmon_cli.core.selection import Selection, Selector, hosts_to_ask, select
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.core.verify import VerifySettings
from dockmon_cli.core.windows import NO_WINDOWS, Windows
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.compose_file import ComposeFiles
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.ports.kept import KeptStore
from dockmon_cli.ports.lock import Leases
from dockmon_cli.ports.records import HoldStore, RecordStore, RefusalStore
from dockmon_cli.ports.registry import Registry
from dockmon_cli.ports.store import CheckStore, Journal, RuleStore
from dockmon_cli.services.container_settings import NOTHING_SAID, ContainerSettings
from dockmon_cli.services.fleet import Fleet, ask_each
from dockmon_cli.services.listing import listed_with_labels
from dockmon_cli.services.policy import Policies

NewOp = Callable[[], str]


@dataclass(frozen=True, slots=True)
class UpdateTools:
    """Everything that checking and updating works with, put together by `wiring/updates.py`.

    `settings` tells what holds for each container's updates, `policies` whether it may be updated.
    `by` names who asked for what is done; `new_op` gives each operation its name. `own_ids` are those of the container
    that dockmon itself runs in. `windows` are those that have a name, `kept` is the
    record of images to return to, `limits` how many are kept and how long.
    """

    engines: Engines
    hosts: tuple[Host, ...]
    registry: Registry
    checks: CheckStore
    journal: Journal
    holds: HoldStore
    refusals: RefusalStore
    records: RecordStore
    rules: RuleStore
    leases: Leases
    clock: Clock
    policies: Policies
    compose_files: ComposeFiles
    insecure: tuple[str, ...]
    verify: VerifySettings
    max_parallel: int
    by: str
    new_op: NewOp
    kept: KeptStore
    windows: Windows = NO_WINDOWS
    limits: Limits = DEFAULT_LIMITS
    host_timeout_s: float = 5.0
    own_ids: frozenset[str] = frozenset()
    settings: ContainerSettings = NOTHING_SAID
    tags: TagBook = NO_TAGS
    hooks: HookSettings = HOOKS_OFF


class HostView:
    """One open host: its engine, what it says of itself, and its containers.

    `lost` is why it stopped answering, once it has.
    """

    def __init__(self, engine: Engine, info: EngineInfo, containers: list[Container]):
        self.engine = engine
        self.info = info
        self.containers = containers
        self.lost: DockmonError | None = None
        self._documents: asyncio.Task[list[Document]] | None = None
        self._graph: Graph | None = None

    async def documents(self) -> list[Document]:
        """The inspect documents of all its containers, asked for once."""
        if self._documents is None:
            self._documents = asyncio.ensure_future(self._inspect_all())
        return await self._documents

    async def graph(self) -> Graph:
        """Who depends on whom among its containers."""
        if self._graph is None:
            self._graph = graph(await self.documents())
        return self._graph

    async def _inspect_all(self) -> list[Document]:
        found = await asyncio.gather(*(self._inspect(container) for container in self.containers))
        return [document for document in found if document is not None]

    async def _inspect(self, container: Container) -> Document | None:
        """Of one that is broken Docker shows no document: what does not run hangs on nobody."""
        try:
            return await self.engine.inspect(container.id)
        except NoSuchObject:
            return None
        except EngineError as error:
            if not error.is_internal or container.status in ALIVE:
                raise
            return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The containers that a command is about, by host, and everything that could not be had.

    `wanted` are the filters on update states: they can be held only when the answers are there. `takes_stopped`
    is True where the selection itself asks for stopped ones.
    """

    views: Mapping[str, HostView]
    selection: Selection
    failures: tuple[DockmonError, ...]
    wanted: Filters
    takes_stopped: bool

    @property
    def answered(self) -> int:
        """How many hosts answered, and still did at the end."""
        return sum(view.lost is None for view in self.views.values())

    @property
    def problems(self) -> tuple[DockmonError, ...]:
        """Hosts that gave no answer and TARGETs that name nothing."""
        return (*self.failures, *self.selection.problems)

    def wants(self, container: Container, state: str) -> bool:
        """Tell whether a container with this answer is meant."""
        return self.wanted.hold(container, {(container.host_id, container.identity): state})


async def scope(tools: UpdateTools, fleet: Fleet, selector: Selector) -> Scope:
    """Given the open hosts, list their containers and select: TARGETs in their order, a selection by host and name.

    Raise Declared where the configuration declares what a command stored as well.
    """

    async def view(engine: Engine) -> HostView:
        info, containers = await asyncio.gather(engine.info(), listed_with_labels(engine, tools.tags))
        return HostView(engine, info, containers)

    views, failed = await ask_each(fleet, view, timeout_s=tools.host_timeout_s)
    asked = hosts_to_ask(selector, tools.hosts)
    failures = (*asked.problems, *fleet.failures, *failed)
    everything = [container for view in views for container in view.containers]
    refuse_said_twice(tools.settings.rules, everything)
    silent = [error.host for error in failures if error.host]
    selection = select(everything, _without_update(selector), tools.hosts, silent=silent)
    if not selector.targets:
        selection = replace(selection, chosen=tuple(sorted(selection.chosen, key=lambda c: (c.host, c.name))))
    by_host = {view.engine.host.host_id: view for view in views}
    wanted = Filters({"update": selector.filters.values("update")} if selector.filters.values("update") else {})
    return Scope(by_host, selection, failures, wanted, selector.wants_all)


def _without_update(selector: Selector) -> Selector:
    filters = {key: globs for key, globs in selector.filters.by_key.items() if key != "update"}
    return replace(selector, filters=Filters(filters))
