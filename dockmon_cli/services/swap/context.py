"""What every step of one swap works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.placed_files import FileContent
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engine, OnLayer
from dockmon_cli.ports.lock import Leases
from dockmon_cli.services.journal import MemberRecorder
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.swap.tags import SwapTags


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps work with besides the engine. `login` asks for the registry's credentials when they are needed."""

    clock: Clock
    leases: Leases
    stop: Stop
    on_layer: OnLayer
    login: Callable[[], Awaitable[Credentials | None]]


class Swap:
    """One swap: its plan, its journal row, and the engine it happens on.

    `files` are those that compose put into the old one, once they were read; they stay in memory. `group` are the
    swaps of the same operation in start order, this one among them; `started` is when the engine had started the new
    one, by the monotonic clock, where this process asked it to. `ends_new` is False where its new one is given up.
    """

    def __init__(self, engine: Engine, plan: SwapPlan, recorder: MemberRecorder, tools: Tools):
        self.engine = engine
        self.plan = plan
        self.recorder = recorder
        self.tools = tools
        self.files: tuple[FileContent, ...] | None = None
        self.group: Sequence[Swap] = (self,)
        self.started: float | None = None
        self.ends_new = True
        self.tags = SwapTags(engine, plan, recorder, tools.leases)

    @property
    def new_id(self) -> str:
        """The ID of the container that was created."""
        return self.recorder.operation.facts["new_id"]

    async def successors(self) -> dict[str, str]:
        """The ID of whatever has the name now of each container that this one is bound to, by the old one's ID.

        One that is no member of the operation has another successor only if somebody else replaced it.
        """
        members = {swap.plan.old_id for swap in self.group}
        left = {each: name for each, name in self.plan.ties.items() if each in members or await self.find(each) is None}
        found = {old_id: await self.find(name) for old_id, name in left.items()}
        return {old_id: document["Id"] for old_id, document in found.items() if document}

    async def find(self, container: str) -> Document | None:
        """Return the inspect document of the container that has this ID or exactly this name, or None.

        An engine also takes the beginning of an ID for a name, and names such as `db` look like one.
        """
        try:
            document = await self.engine.inspect(container)
        except NoSuchObject:
            return None
        return document if container in (document["Id"], str(document["Name"]).removeprefix("/")) else None
