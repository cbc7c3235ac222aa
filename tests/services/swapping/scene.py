"""One container about to be swapped, what dockmon does with it, and what has to be there in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dockmon_cli.core.container_settings import Order
from dockmon_cli.core.containers import identity
from dockmon_cli.core.create_spec import CreateSpec, Endpoint
from dockmon_cli.core.documents import Document, encode
from dockmon_cli.core.operation import ImageVersion, Operation, Purpose
from dockmon_cli.core.placed_files import FileContent
from dockmon_cli.core.start_first import start_first_steps
from dockmon_cli.core.swap import StartState, Step, SwapPlan, forward_steps
from dockmon_cli.core.verify import VerifySettings
from dockmon_cli.services.journal import MemberRecorder, Recorder
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.swap.context import Swap, Tools
from dockmon_cli.services.swap.run import SwapRun
from tests.fakes.engine import NOW
from tests.fakes.lock import MemoryLeases
from tests.services.swapping.fakes import Death, Engine, Journal, Time

NAME = "web"
REF = "registry.lan/shop/web:1"
NEW_REF = "registry.lan/shop/web:2"
NEW_DIGEST = "sha256:" + "2" * 64
ALIAS = "www"
COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
SECRET = FileContent("/run/secrets/token", 0o444, 0, 0, NOW, b"sesame")
Moment = Callable[["Scene"], None]


@dataclass
class Scene:
    """One container `web` about to be swapped.

    `moves_to` is the reference of its successor. `dies_at` are the ticks at which the process dies, each counted from
    the death before; `meddling` what others do at which tick, counted from the beginning.
    """

    state: StartState = "running"
    policy: str = "always"
    is_rm: bool = False
    labels: dict[str, str] = field(default_factory=lambda: dict(COMPOSE))
    tag_was_elsewhere: bool = False
    tag_has_moved: bool = False
    has_tag: bool = True
    has_secret: bool = False
    moves_to: str = REF
    order: Order = "stop-first"
    hooks: tuple[str, str] = ("", "")
    dies_at: list[int] = field(default_factory=list)
    meddling: dict[int, list[Moment]] = field(default_factory=dict)
    ticks: int = 0
    total: int = 0
    told: list[str] = field(default_factory=list)
    is_cut: bool = False
    purpose: Purpose = "update"

    def __post_init__(self) -> None:
        self.engine = Engine(self)
        self.journal = Journal(self)
        engine = self.engine
        engine.networks.add("side")
        self.old_image = engine.add_image(REF)
        self.new_image = engine.add_pullable("registry.lan/shop/web", NEW_DIGEST)
        host_config = {"RestartPolicy": {"Name": self.policy, "MaximumRetryCount": 0}, "AutoRemove": self.is_rm}
        body = {"Image": REF, "Labels": self.labels, "HostConfig": host_config}
        self.old_id = engine.add_container(NAME, REF, running=self.state != "stopped", **body)
        engine.documents[self.old_id]["NetworkSettings"]["Networks"]["side"] = {"Aliases": [ALIAS]}
        if self.state == "paused":
            engine.documents[self.old_id]["State"].update(Paused=True, Status="paused")
        if self.has_secret:
            engine.files[self.old_id] = {SECRET.path: SECRET}
        self._place_tag()
        self.plan = self._plan(body)

    def _place_tag(self) -> None:
        self.tag_was: str | None = self.old_image
        if self.tag_was_elsewhere:
            self.tag_was = self.engine.add_image(REF, image_id="sha256:" + "7" * 64)
        if self.tag_has_moved:
            self.tag_was = self.engine.add_image(REF, image_id=self.new_image)
        if not self.has_tag:
            self.tag_was = None
            del self.engine.references[REF]

    def _plan(self, body: Document) -> SwapPlan:
        spec, old_spec = (
            CreateSpec({**body, "Image": image}, (Endpoint("side", {"Aliases": [ALIAS]}),))
            for image in (self.moves_to, REF)
        )
        return SwapPlan(
            "host-1", "nas", NAME, identity(NAME, self.labels), f"host-1:{self.old_id[:12]}", self.old_id,
            self.old_image, self.state,
            spec.body["HostConfig"]["RestartPolicy"], 10, self.moves_to, "registry.lan/shop/web", NEW_DIGEST,
            self.new_image, "dockmon-rollback/web:1", "dockmon-new/web:2", spec, old_spec, ImageVersion(),
            ImageVersion(NEW_DIGEST), self._steps(spec),
            VerifySettings(1.0), has_way_back=not self.is_rm, placed=(SECRET.path,) if self.has_secret else (),
            old_image=REF, order=self.order, pre_hook=self.hooks[0], post_hook=self.hooks[1], hook_timeout_s=5.0,
        )  # fmt: skip

    def _steps(self, spec: CreateSpec) -> tuple[Step, ...]:
        hooks = [name for name, command in zip(("pre_hook", "post_hook"), self.hooks, strict=True) if command]
        if self.order == "start-first":
            return start_first_steps(spec, copies=self.has_secret, hooks=hooks)
        return forward_steps(
            runs=self.state != "stopped", has_way_back=not self.is_rm, is_paused=self.state == "paused",
            copies=self.has_secret, is_compose=self.has_secret, hooks=hooks,
        )  # fmt: skip

    def tick(self, what: str) -> None:
        """One moment passes: others act, and the process may die."""
        self.told.append(what)
        for act in self.meddling.get(self.total, []) if self.is_open else ():
            act(self)
        self.total += 1
        self.ticks += 1
        if self.dies_at and self.ticks > self.dies_at[0]:
            self.dies_at.pop(0)
            self.ticks, self.is_cut = 0, False
            raise Death(what)

    @property
    def is_open(self) -> bool:
        """True until the row is closed: what others do then is none of dockmon's business."""
        return not self.journal.rows or self.row.phase != "closed"

    # What dockmon does

    def swap(self, op: str = "op-1") -> Operation:
        """Update the container. Raise Death where the process dies."""
        operation = Operation(
            op, "host-1", "nas", self.plan.identity, NAME, self.plan.key, "me", NOW, "forward",
            self.plan.old, self.plan.new, encode(self.plan), purpose=self.purpose,
        )  # fmt: skip
        return self.opened(operation)

    def opened(self, operation: Operation) -> Operation:
        """Open the row and run its operation."""

        async def run() -> Operation:
            self.journal.open_operation(operation)
            return await self._run(operation).run()

        return asyncio.run(run())

    def recover(self) -> Operation:
        """Do what `update recover` does with the row. Raise Death where the process dies."""
        row = self.row
        return asyncio.run(self._run(row).finish(row.reason or "interrupted", row.message or "killed"))

    @property
    def row(self) -> Operation:
        """The journal row as it is on disk."""
        row = self.journal.operation("op-1")
        assert row is not None
        return row

    def _run(self, operation: Operation) -> SwapRun:
        recorder, tools = self.hands(operation)
        return SwapRun([Swap(self.engine, self.plan, MemberRecorder(recorder, None), tools)], recorder)

    def hands(self, operation: Operation) -> tuple[Recorder, Tools]:
        """What writes an operation down, and what it works with."""

        async def login() -> None:
            return None

        time = Time(self)
        recorder = Recorder(self.journal, time, operation, lambda operation, record: None)
        return recorder, Tools(time, MemoryLeases(), Stop(), lambda *_: None, login)

    def to_the_end(self) -> Operation:
        """Update, and recover as often as the process dies, until the row is closed."""
        try:
            return self.swap()
        except Death:
            pass
        while self.is_open:
            if not self.journal.rows:
                return Operation("none", "", "", "", "", "", "", NOW, "closed", ImageVersion(), ImageVersion(), {})
            try:
                self.recover()
            except Death:
                continue
            assert self.row.phase == "closed", (self.row.message, self.told)
        return self.row

    # What is there

    def only(self) -> Document:
        """The one container there is."""
        assert self.engine.names() == [NAME], (self.engine.names(), self.row and self.row.message)
        return self.engine.named(NAME)

    def assert_settled(self, *, may_be_a_stranger: bool = False) -> None:
        """One container, old or new, as the old one was; the tag where it belongs; nothing of ours besides.

        A stranger runs as whoever put it there wanted it, with networks and restart policy of its own.
        """
        found = self.only()
        assert _state(found) == self.state or (may_be_a_stranger and _state(found) == "running")
        assert set(found["NetworkSettings"]["Networks"]) == {"bridge", "side"} or may_be_a_stranger
        assert found["NetworkSettings"]["Networks"].get("side") == {"Aliases": [ALIAS]} or may_be_a_stranger
        assert found["HostConfig"]["RestartPolicy"]["Name"] == self.policy
        if self.has_secret and not may_be_a_stranger:
            assert self.engine.files[found["Id"]][SECRET.path].data == SECRET.data
        assert found["Image"] in (self.old_image, self.new_image) or may_be_a_stranger
        # One that took the name after the commit may have come before the tag was moved, or after.
        was_moved = may_be_a_stranger and self.engine.references.get(self.moves_to) == self.new_image
        is_new = self.row.result == "updated" and (found["Image"] == self.new_image or was_moved)
        tags = {REF: self.tag_was} | ({self.moves_to: self.new_image} if is_new else {})
        shown = {ref: image for ref in (REF, NEW_REF) if (image := self.engine.references.get(ref))}
        assert shown == {ref: image for ref, image in tags.items() if image}
        if found["Image"] in (self.old_image, self.new_image):
            assert found["Config"]["Image"] == (self.moves_to if found["Image"] == self.new_image else REF)
        names = [name for name, image in self.engine.references.items() if image == found["Image"]]
        ours = [name for name in self.engine.references if name.startswith("dockmon-new/")]
        assert ours in ([], names), "the last name of an image in use stays"
        assert self.row.phase == "closed"


def _state(document: Document) -> str:
    state = document["State"]
    return "paused" if state["Paused"] else "running" if state["Running"] else "stopped"


def died_everywhere(make: Callable[[], Scene]) -> Iterable[Scene]:
    """Yield a scene for each moment at which the process can die."""
    whole = make()
    whole.swap()
    for moment in range(whole.ticks):
        scene = make()
        scene.dies_at = [moment]
        yield scene
