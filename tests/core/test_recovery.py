"""Recovery as a pure function: whatever a crash left, its steps lead to one container as the old one was.

An engine is simulated as plain state. A swap goes forward and dies anywhere: before or after any line of the journal
and any change to the engine. Then others have their turn, and recovery runs, and dies, and runs again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockmon_cli.core.create_spec import CreateSpec
from dockmon_cli.core.operation import ImageVersion, Operation, Phase, StepRecord
from dockmon_cli.core.recovery import ALIVE, Seen, SeenContainer, recover
from dockmon_cli.core.swap import StartState, SwapPlan, forward_steps
from dockmon_cli.core.verify import VerifySettings

NOW = datetime(2026, 11, 20, tzinfo=UTC)
STATUS = {"running": "running", "paused": "paused", "stopped": "exited"}
STATES: tuple[StartState, ...] = ("running", "paused", "stopped")


def plan_for(state: StartState, policy: str, *, has_way_back: bool = True, may_end: bool = False) -> SwapPlan:
    spec = CreateSpec({})
    steps = forward_steps(runs=state != "stopped", has_way_back=has_way_back, is_paused=state == "paused")
    return SwapPlan(
        "h", "nas", "web", "web", "h:old", "old", "IMAGE-1", state, {"Name": policy}, 10, "web:1", "web", "D2",
        "IMAGE-2", "keep-old", "keep-new", spec, spec, ImageVersion(), ImageVersion(), steps, VerifySettings(),
        may_end=may_end, has_way_back=has_way_back,
    )  # fmt: skip


def operation_for(*begun: str, phase: Phase = "forward", **facts: str) -> Operation:
    steps = tuple(StepRecord(name, NOW) for name in begun)
    version = ImageVersion()
    return Operation("op", "h", "nas", "web", "web", "h:old", "me", NOW, phase, version, version, {}, facts, steps)


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
        world.containers["stranger"] = SeenContainer("stranger", "web", status, policy, "web")


DEEDS = ("nothing", "restart", "restart always", "restart always unless-stopped", "remove the old one",
         "wake the old one", "take the name")  # fmt: skip


@settings(max_examples=1500)
@given(
    state=st.sampled_from(STATES),
    policy=st.sampled_from(["no", "always", "unless-stopped"]),
    has_way_back=st.booleans(),
    is_tagged=st.booleans(),
    new_fails=st.booleans(),
    lives=st.lists(st.tuples(st.integers(0, 90), st.sampled_from(DEEDS)), min_size=1, max_size=5),
)
def test_recovery_finishes_with_one_container_as_it_was(
    state: StartState, policy: str, has_way_back: bool, is_tagged: bool, new_fails: bool, lives: list[tuple[int, str]]
) -> None:
    has_way_back = has_way_back or state == "stopped"  # what vanishes when it stops has to run
    world = World(plan_for(state, policy, has_way_back=has_way_back), is_tagged, new_fails and state != "stopped")
    run = world.forward()
    for moments, deed in lives:
        go(run, moments)
        if world.operation.phase == "closed":
            break
        meddle(world, deed)
        if deed == "wake the old one" and "old" in world.containers and "new" in world.containers:
            world.containers["old"] = replace(world.containers["old"], status="exited")  # the next look stops it
        run = world.recovery()
    if world.operation.phase != "closed":
        go(world.recovery(), 300)

    assert world.operation.phase == "closed"
    removed = any(deed == "remove the old one" for _, deed in lives) or not has_way_back
    if world.containers or not removed:
        world.assert_good()


def seen(container: str, name: str = "web", status: str = "running", policy: str = "always") -> SeenContainer:
    return SeenContainer(container, name, status, policy, "web")


ASIDE = seen("old", "web.dockmon-old", "exited", "no")
BEGUN = ("pull", "keep", "lock", "disarm", "stop", "set_aside", "lend_tag", "create")


def test_the_new_one_goes_before_the_old_one_gets_its_name_and_starts() -> None:
    world = Seen(ASIDE, seen("new"), seen("lock", "web.dockmon-new", "created"), None, "IMAGE-1")
    decision = recover(operation_for(*BEGUN), plan_for("running", "always"), world)
    assert decision.outcome == "old"
    assert decision.steps == (
        "remove_new", "take_back_name", "rearm", "start_old", "unlock", "drop_new_tag", "drop_old_tag",
    )  # fmt: skip


def test_what_is_committed_goes_forward_only() -> None:
    operation = operation_for(*BEGUN, "start", "verify", "commit", phase="committed", tag_was="IMAGE-1")
    decision = recover(operation, plan_for("running", "always"), Seen(ASIDE, seen("new"), None, None, "IMAGE-1"))
    assert (decision.outcome, decision.steps) == ("new", ("remove_old", "move_tag", "drop_new_tag"))


def test_a_committed_one_that_the_engine_took_down_starts_again_unless_it_is_a_job_that_has_ended() -> None:
    operation = operation_for(*BEGUN, phase="committed", tag_was="IMAGE-1")
    down = Seen(None, seen("new", status="exited"), None, None, "IMAGE-2")
    assert recover(operation, plan_for("running", "no"), down).steps == ("start", "drop_new_tag")
    assert recover(operation, plan_for("running", "no", may_end=True), down).steps == ("drop_new_tag",)


def test_without_the_old_one_the_new_one_has_to_prove_itself_again() -> None:
    operation = operation_for(*BEGUN, tag_was="IMAGE-1", tag_lent="")
    decision = recover(operation, plan_for("paused", "no"), Seen(None, seen("new"), None, None, "IMAGE-1"))
    assert decision.outcome == "new"
    assert decision.steps == ("connect", "verify", "pause", "commit", "move_tag", "drop_new_tag")


def test_without_the_old_one_a_new_one_that_failed_is_replaced_by_the_old_image() -> None:
    operation = operation_for(*BEGUN, phase="back", tag_was="IMAGE-1", tag_lent="IMAGE-2")
    decision = recover(operation, plan_for("running", "no"), Seen(None, seen("new"), None, None, "IMAGE-2"))
    assert (decision.outcome, decision.message) == ("old", "recreated from its image")
    assert decision.steps == ("remove_new", "return_tag", "recreate_old", "drop_new_tag", "drop_old_tag")


@pytest.mark.parametrize(
    ("lent", "was", "shown", "returned"),
    [("IMAGE-2", "IMAGE-1", "IMAGE-2", True), ("IMAGE-2", "", "IMAGE-2", True),
     ("IMAGE-2", "IMAGE-1", "IMAGE-1", False), ("IMAGE-2", "IMAGE-1", "ANOTHER", False),
     ("IMAGE-2", "IMAGE-1", None, False),
     ("IMAGE-2", "IMAGE-2", "IMAGE-2", False), ("", "IMAGE-1", "IMAGE-2", False)],
)  # fmt: skip
def test_only_a_tag_that_is_still_lent_is_put_back(lent: str, was: str, shown: str | None, returned: bool) -> None:
    operation = operation_for(*BEGUN, tag_was=was, tag_lent=lent)
    decision = recover(operation, plan_for("running", "no"), Seen(ASIDE, None, None, None, shown))
    assert ("return_tag" in decision.steps) is returned


@pytest.mark.parametrize(("phase", "starts"), [("forward", True), ("back", False)])
def test_one_that_no_step_touched_is_started_only_if_the_engine_may_have_taken_it_down(
    phase: Phase, starts: bool
) -> None:
    stopped = Seen(seen("old", status="exited"), None, None, None, "IMAGE-1")
    decision = recover(operation_for("pull", phase=phase), plan_for("running", "always"), stopped)
    assert decision.steps == (("start_old",) if starts else ())


def test_a_stranger_of_another_identity_leaves_everything_to_its_people() -> None:
    stranger = SeenContainer("x", "web", "running", "no", "shop/web/1")
    decision = recover(operation_for(*BEGUN), plan_for("running", "no"), Seen(ASIDE, None, None, stranger))
    assert (decision.outcome, decision.steps) == ("stuck", ())
    assert "web.dockmon-old" in decision.message


FOREIGN = SeenContainer("x", "web", "running", "no", "shop/web/1")


def test_a_stranger_of_another_identity_jams_nothing_that_was_not_touched() -> None:
    begun, lock = ("pull", "keep", "lock"), seen("lock", "web.dockmon-new", "created")
    removed = recover(operation_for(*begun), plan_for("running", "no"), Seen(None, None, lock, FOREIGN))
    assert (removed.outcome, removed.steps) == ("gone", ("unlock", "drop_new_tag", "drop_old_tag"))
    renamed = Seen(seen("old", "web-before"), None, lock, FOREIGN)
    decision = recover(operation_for(*begun), plan_for("running", "no"), renamed)
    assert (decision.outcome, decision.steps) == ("old", ("unlock", "drop_new_tag", "drop_old_tag"))


def test_one_that_its_user_renamed_while_it_was_down_runs_again_under_that_name() -> None:
    elsewhere = Seen(seen("old", "web-before", "exited", "no"), None, None, FOREIGN)
    decision = recover(operation_for("pull", "disarm", "stop"), plan_for("running", "always"), elsewhere)
    assert (decision.outcome, decision.steps) == ("old", ("rearm", "start_old"))


def test_a_stopped_one_that_no_step_touched_may_be_started_by_its_user() -> None:
    started = Seen(seen("old"), None, None, None, "IMAGE-1")
    assert recover(operation_for("pull", "keep"), plan_for("stopped", "no"), started).steps == (
        "drop_new_tag", "drop_old_tag",
    )  # fmt: skip
    assert "stop" in recover(operation_for(*BEGUN), plan_for("stopped", "no"), started).steps


def test_one_whose_files_are_nowhere_any_more_is_not_made_again_without_them() -> None:
    lost = Seen(None, seen("new"), None, None, "IMAGE-1", files_lost=True)
    decision = recover(operation_for(*BEGUN, phase="back"), plan_for("running", "no"), lost)
    assert (decision.outcome, decision.steps) == ("gone", ("remove_new", "drop_new_tag", "drop_old_tag"))
    assert "docker compose up" in decision.message


def test_one_that_was_removed_after_its_update_stays_updated_whoever_has_its_name_now() -> None:
    row = operation_for(*BEGUN, "start", "verify", "commit", phase="committed")
    decision = recover(row, plan_for("running", "no"), Seen(None, None, None, FOREIGN))
    assert (decision.outcome, decision.steps) == ("new", ("drop_new_tag",))


def test_names_of_ours_that_another_swap_uses_too_stay() -> None:
    state = Seen(seen("old"), None, None, None, "IMAGE-1", is_others=True)
    assert recover(operation_for("pull", "keep", "lock"), plan_for("running", "always"), state).steps == ()
