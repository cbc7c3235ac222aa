"""An engine and a journal as plain state, on which a swap and its recovery can be left at any moment, for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from dockmon_cli.core.operation import Operation, StepRecord
from dockmon_cli.core.recovery import ALIVE, Seen, SeenContainer, recover
from dockmon_cli.core.swap import SwapPlan
from tests.core.test_recovery import NOW, operation_for

STATUS = {"running": "running", "paused": "paused", "stopped": "exited"}


@dataclass
class World:
    """One engine and one journal row. Each step is a generator: it may be left at every `yield`, for ever."""

    plan: SwapPlan
    is_tagged: bool = True
    new_fails: bool = False
    containers: dict[str, SeenContainer] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    operation: Operation = field(default_factory=operation_for)

    def __post_init__(self) -> None:
        policy = str(self.plan.restart_policy["Name"])
        self.containers["old"] = SeenContainer("old", "web", STATUS[self.plan.start_state], policy, "web")
        self.tag = self.tag_was = "IMAGE-1" if self.is_tagged else None

    # Doing

    def forward(self) -> Iterator[None]:
        for step in self.plan.steps:
            yield from self.step(step.name)
        self.operation = replace(self.operation, phase="closed", result="updated")

    def recovery(self) -> Iterator[None]:
        decision = recover(self.operation, self.plan, self.seen())
        for step in decision.steps:
            yield from self.step(step)
        yield
        if decision.outcome != "stuck":
            self.operation = replace(self.operation, phase="closed")

    def step(self, name: str) -> Iterator[None]:
        yield
        self.operation = replace(self.operation, steps=(*self.operation.steps, StepRecord(name, NOW)))
        yield
        yield from getattr(self, f"_{name}", self._nothing)()

    def fact(self, **facts: str) -> None:
        self.operation = replace(self.operation, facts={**self.operation.facts, **facts})

    def _nothing(self) -> Iterator[None]:
        yield

    def _change(self, container: str, **change: Any) -> None:
        self.containers[container] = replace(self.containers[container], **change)

    # The steps

    def _keep(self) -> Iterator[None]:
        self.names |= {"keep-new"}
        yield
        self.names |= {"keep-old"}

    def _lock(self) -> Iterator[None]:
        self.containers["lock"] = SeenContainer("lock", self.plan.lock_name, "created")
        yield

    def _disarm(self) -> Iterator[None]:
        self._change("old", restart_policy="no")
        yield

    def _stop(self) -> Iterator[None]:
        self._change("old", status="exited")
        yield
        if not self.plan.has_way_back:
            del self.containers["old"]

    def _set_aside(self) -> Iterator[None]:
        self._change("old", name=self.plan.aside_name)
        yield

    def _lend_tag(self) -> Iterator[None]:
        self.fact(tag_was=self.tag or "", tag_lent="IMAGE-2")
        yield
        self.tag = "IMAGE-2"
        yield

    def _create(self) -> Iterator[None]:
        self.containers["new"] = self._fresh("new")
        yield
        self.fact(new_id="new")

    def _fresh(self, container: str) -> SeenContainer:
        assert all(other.name != "web" for other in self.containers.values())
        return SeenContainer(container, "web", "created", str(self.plan.restart_policy["Name"]), "web")

    def _return_tag(self) -> Iterator[None]:
        self.tag = self.operation.facts["tag_was"] or None
        yield
        self.fact(tag_lent="")

    def _start(self) -> Iterator[None]:
        self._change("new", status="exited" if self.new_fails else "running")
        yield

    def _verify(self) -> Iterator[None]:
        yield
        if self.new_fails:
            self.operation = replace(self.operation, phase="back")
            yield from self.recovery()
            while True:  # its way forward is over
                yield

    def _pause(self) -> Iterator[None]:
        self._change("new", status="paused")
        yield

    def _commit(self) -> Iterator[None]:
        self.operation = replace(self.operation, phase="committed")
        yield

    def _remove_old(self) -> Iterator[None]:
        del self.containers["old"]
        yield

    def _move_tag(self) -> Iterator[None]:
        self.tag = "IMAGE-2"
        yield

    def _unlock(self) -> Iterator[None]:
        del self.containers["lock"]
        yield

    def _drop_new_tag(self) -> Iterator[None]:
        self.names -= {"keep-new"}
        yield

    def _drop_old_tag(self) -> Iterator[None]:
        self.names -= {"keep-old"}
        yield

    def _remove_new(self) -> Iterator[None]:
        self._change("new", status="exited")
        yield
        del self.containers["new"]
        yield

    def _stop_new(self) -> Iterator[None]:
        self._change("new", status="exited")
        yield

    def _take_back_name(self) -> Iterator[None]:
        assert all(other.name != "web" for other in self.containers.values())
        self._change("old", name="web")
        yield

    def _rearm(self) -> Iterator[None]:
        self._change("old", restart_policy=str(self.plan.restart_policy["Name"]))
        yield

    def _start_old(self) -> Iterator[None]:
        assert not [c for c in self.containers.values() if c.status in ALIVE]
        self._change("old", status="running")
        yield

    def _pause_old(self) -> Iterator[None]:
        self._change("old", status="paused")
        yield

    def _start_stranger(self) -> Iterator[None]:
        self._change("stranger", status="running")
        yield

    def _recreate_old(self) -> Iterator[None]:
        self.fact(new_id="")
        yield
        self.containers["new"] = replace(self._fresh("again"))
        yield
        self.fact(new_id="again")
        self._change("new", status=STATUS[self.plan.start_state])
        yield

    # Looking

    def seen(self) -> Seen:
        get = self.containers.get
        return Seen(get("old"), get("new"), get("lock"), get("stranger"), self.tag)

    def assert_good(self) -> None:
        named = [c for c in self.containers.values() if c.name == "web"]
        assert len(named) == len(self.containers) == 1
        (only,) = named
        assert (only.status in ALIVE) == (self.plan.start_state != "stopped")
        assert (only.status == "paused") == (self.plan.start_state == "paused") or only.id == "stranger"
        assert only.restart_policy == self.plan.restart_policy["Name"]
        assert "keep-new" not in self.names
        assert self.tag == ("IMAGE-2" if only.id == "new" else self.tag_was)
        assert ("keep-old" in self.names) <= (only.id in ("new", "stranger"))


def go(what: Iterator[None], moments: int) -> None:
    """Let it go on for so many moments."""
    for _ in range(moments):
        next(what, None)


def meddle(world: World, deed: str) -> None:
    """What others do to the engine while nobody swaps."""
    for key, container in list(world.containers.items()):
        if deed.startswith("restart") and container.status in ALIVE:
            starts = container.restart_policy in deed.split()
            world.containers[key] = replace(container, status="running" if starts else "exited")
    old = world.containers.get("old")
    if deed == "remove the old one" and old:
        del world.containers["old"]
    if deed == "wake the old one" and old and old.name == world.plan.aside_name:
        world.containers["old"] = replace(old, status="running")
    if deed == "take the name" and world.tag and all(c.name != "web" for c in world.containers.values()):
        policy = str(world.plan.restart_policy["Name"])
        status = "running" if world.plan.start_state != "stopped" else "created"
        world.containers["stranger"] = SeenContainer("stranger", "web", status, policy, world.plan.identity)


DEEDS = ("nothing", "restart", "restart always", "restart always unless-stopped", "remove the old one",
         "wake the old one", "take the name")  # fmt: skip
