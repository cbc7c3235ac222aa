"""What each step of a swap does to the engine. Every step may be repeated: it looks before it changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dockmon_cli.core.create_spec import CreateSpec, lock_body
from dockmon_cli.core.create_spec.build import OP_LABEL
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Conflict, NoSuchObject
from dockmon_cli.core.recovery import ALIVE
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.swap import SwapPlan, changed_since
from dockmon_cli.core.swap_failure import BUSY, Busy, StepFailed
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import Engine, OnLayer
from dockmon_cli.ports.lock import Leases
from dockmon_cli.services.journal import Recorder
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.swap_proof import LOOK_EVERY_S, prove
from dockmon_cli.services.swap_tags import SwapTags

PULL_DEADLINE_S = 3600.0
GONE_MARGIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps work with besides the engine. `login` asks for the registry's credentials when they are needed."""

    clock: Clock
    leases: Leases
    stop: Stop
    on_layer: OnLayer
    login: Callable[[], Awaitable[Credentials | None]]


class SwapSteps:
    """The steps of one swap, by name."""

    def __init__(self, engine: Engine, plan: SwapPlan, recorder: Recorder, tools: Tools):
        self._engine = engine
        self._plan = plan
        self._recorder = recorder
        self._tools = tools
        self._tags = SwapTags(engine, plan, recorder, tools.leases)

    def named(self, name: str) -> Callable[[], Awaitable[None]]:
        """Return the coroutine function of a step."""
        return getattr(self, f"_{name}")  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Give back what a step in the middle of a group still holds."""
        await self._tags.close()

    async def find(self, container: str) -> Document | None:
        """Return the inspect document of the container that has this ID or exactly this name, or None.

        An engine also takes the beginning of an ID for a name, and names such as `db` look like one.
        """
        try:
            document = await self._engine.inspect(container)
        except NoSuchObject:
            return None
        return document if container in (document["Id"], str(document["Name"]).removeprefix("/")) else None

    async def tag_image_id(self) -> str | None:
        """Return the ID of the image that the user's tag shows, or None where there is no such tag."""
        return await self._tags.image_id(self._plan.image) or None

    @property
    def _new_id(self) -> str:
        return self._recorder.operation.facts["new_id"]

    # The way forward

    async def _pull(self) -> None:
        await self._refuse_beside_others()
        if not await self._tags.image_id(self._plan.new_image_id):
            await self._tools.stop.breaks(self._fetch(self._plan.digest))
        if not await self._tags.image_id(self._plan.new_image_id):
            raise StepFailed("platform", f"what was pulled is not the decided image {self._plan.new_image_id[:19]}")

    async def _fetch(self, digest: str) -> None:
        login = await self._tools.login()
        await self._engine.pull(self._plan.repository, digest, login, self._tools.on_layer, PULL_DEADLINE_S)

    async def _refuse_beside_others(self) -> None:
        """The lock's name decides; looking before it spares a pull, and names of images that would be theirs too."""
        for name in (self._plan.lock_name, self._plan.aside_name):
            if await self.find(name):
                raise Busy(name)

    async def _keep(self) -> None:
        await self._refuse_beside_others()
        await self._tags.keep()

    async def _lock(self) -> None:
        """From here on nobody else swaps this container; nobody has done anything to it since the plan, either."""
        plan = self._plan
        body = lock_body(plan.spec.body, plan.keep_new, self._recorder.operation.op)
        try:
            await self._engine.create(plan.lock_name, body)
        except Conflict as error:
            raise Busy(plan.lock_name) from error
        old = await self.find(plan.old_id)
        if changed := changed_since(plan, old):
            raise StepFailed(BUSY if old else "not_found", changed)
        # Asked here, while the old one still runs: from its stop on every call is time that its users wait.
        self._recorder.note_fact(tag_was=await self._tags.image_id(plan.image))

    async def _disarm(self) -> None:
        await self._engine.set_restart_policy(self._plan.old_id, {"Name": "no", "MaximumRetryCount": 0})

    async def _stop(self) -> None:
        await self._engine.stop(self._plan.old_id, self._plan.stop_grace_s)
        if not self._plan.has_way_back:
            await self._wait_until_gone()

    async def _wait_until_gone(self) -> None:
        deadline = self._tools.clock.monotonic() + GONE_MARGIN_S
        while self._tools.clock.monotonic() < deadline:
            if await self.find(self._plan.old_id) is None:
                return
            await self._tools.clock.sleep(LOOK_EVERY_S)
        raise StepFailed("create_failed", "the engine did not remove the old container after its stop (--rm)")

    async def _set_aside(self) -> None:
        await self._engine.rename(self._plan.old_id, self._plan.aside_name)

    async def _lend_tag(self) -> None:
        was = self._recorder.operation.facts.get("tag_was")
        await self._tags.lend(self._plan.keep_new, self._plan.new_image_id, was=was)

    async def _create(self) -> None:
        await self._create_from(self._plan.spec)
        image = (await self._engine.inspect(self._new_id))["Image"]
        if image != self._plan.new_image_id:
            raise StepFailed("image_mismatch", f"the created container runs {image[:19]}, not the decided image")

    async def _create_from(self, spec: CreateSpec) -> None:
        # Its name and image tell recovery which it is, if the ID does not get to the disk.
        try:
            self._recorder.note_fact(new_id=await self._engine.create(self._plan.name, spec.body))
        except Conflict as error:
            self._recorder.fact(create_refused="yes")
            raise StepFailed("create_failed", f"somebody else took the name meanwhile: {error.message}") from error

    async def _return_tag(self) -> None:
        await self._tags.give_back()

    async def _connect(self) -> None:
        await self._connect_to(self._plan.spec)

    async def _connect_to(self, spec: CreateSpec) -> None:
        for network in spec.leave:
            await self._engine.disconnect(network, self._new_id)
        for endpoint in spec.networks:
            await self._engine.connect(endpoint.network, self._new_id, endpoint.config)

    async def _start(self) -> None:
        await self._engine.start(self._new_id)

    async def _verify(self) -> None:
        await prove(self._engine, self._plan, self._new_id, self._tools.clock, self._keep_old_down)

    async def _keep_old_down(self) -> None:
        """`docker compose start` may wake the one that is set aside; two on one volume is what must never be."""
        old = await self.find(self._plan.old_id)
        if old and old["State"]["Status"] in ALIVE:
            await self._engine.stop(self._plan.old_id, self._plan.stop_grace_s)

    async def _pause(self) -> None:
        await self._engine.pause(self._new_id)

    async def _commit(self) -> None:
        self._recorder.phase("committed")

    async def _remove_old(self) -> None:
        await self._keep_old_down()
        await self._engine.remove(self._plan.old_id, volumes=False)

    async def _move_tag(self) -> None:
        await self._tags.move()

    async def _unlock(self) -> None:
        """What volumes the lock made itself go with it; it was never started, and the user's are not mounted in it."""
        lock = await self.find(self._plan.lock_name)
        if lock and (lock["Config"].get("Labels") or {}).get(OP_LABEL) == self._recorder.operation.op:
            await self._engine.remove(lock["Id"], volumes=True)

    async def _drop_new_tag(self) -> None:
        new = await self.find(self._recorder.operation.facts.get("new_id") or self._plan.name)
        await self._tags.drop_new(in_use=new is not None and new["Image"] == self._plan.new_image_id)

    # The way back

    async def _remove_new(self) -> None:
        await self._stop_new()
        await self._engine.remove(self._new_id, volumes=True)

    async def _stop_new(self) -> None:
        await self._engine.stop(self._new_id, self._plan.stop_grace_s)

    async def _take_back_name(self) -> None:
        await self._engine.rename(self._plan.old_id, self._plan.name)

    async def _rearm(self) -> None:
        await self._engine.set_restart_policy(self._plan.old_id, self._plan.restart_policy)

    async def _start_old(self) -> None:
        await self._engine.start(self._plan.old_id)

    async def _pause_old(self) -> None:
        await self._engine.pause(self._plan.old_id)

    async def _start_stranger(self) -> None:
        await self._keep_old_down()
        await self._engine.start(self._plan.name)

    async def _drop_old_tag(self) -> None:
        await self._tags.drop_old()

    async def _recreate_old(self) -> None:
        """Its image may have been pruned with it: then it is fetched again, by the digest that it had."""
        plan = self._plan
        self._recorder.fact(new_id="")
        if plan.old.digest and not await self._tags.image_id(plan.keep_old):
            await self._fetch(plan.old.digest)
            await self._engine.tag(plan.old_image_id, plan.keep_old)
        await self._tags.lend(plan.keep_old, plan.old_image_id)
        await self._create_from(plan.old_spec)
        await self._tags.give_back()
        await self._connect_to(plan.old_spec)
        if plan.start_state != "stopped":
            await self._start()
        if plan.start_state == "paused":
            await self._pause()
