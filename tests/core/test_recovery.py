"""Recovery as a pure function: what it decides on what a crash left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dockmon_cli.core.create_spec import CreateSpec
from dockmon_cli.core.operation import ImageVersion, Operation, Phase, StepRecord
from dockmon_cli.core.recovery import Seen, SeenContainer, recover
from dockmon_cli.core.swap import StartState, SwapPlan, forward_steps
from dockmon_cli.core.verify import VerifySettings

NOW = datetime(2026, 11, 20, tzinfo=UTC)


WHO = "shop/web/1"


def plan_for(state: StartState, policy: str, *, has_way_back: bool = True, may_end: bool = False) -> SwapPlan:
    spec = CreateSpec({})
    steps = forward_steps(runs=state != "stopped", has_way_back=has_way_back, is_paused=state == "paused")
    return SwapPlan(
        "h", "nas", "web", WHO, "h:old", "old", "IMAGE-1", state, {"Name": policy}, 10, "web:1", "web", "D2",
        "IMAGE-2", "keep-old", "keep-new", spec, spec, ImageVersion(), ImageVersion(), steps, VerifySettings(),
        may_end=may_end, has_way_back=has_way_back,
    )  # fmt: skip


def operation_for(*begun: str, phase: Phase = "forward", **facts: str) -> Operation:
    steps = tuple(StepRecord(name, NOW) for name in begun)
    version = ImageVersion()
    return Operation("op", "h", "nas", "web", "web", "h:old", "me", NOW, phase, version, version, {}, facts, steps)


def seen(container: str, name: str = "web", status: str = "running", policy: str = "always") -> SeenContainer:
    return SeenContainer(container, name, status, policy, WHO)


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
    stranger = SeenContainer("x", "web", "running", "no", "web")
    decision = recover(operation_for(*BEGUN), plan_for("running", "no"), Seen(ASIDE, None, None, stranger))
    assert (decision.outcome, decision.steps) == ("stuck", ())
    assert "web.dockmon-old" in decision.message


FOREIGN = SeenContainer("x", "web", "running", "no", "web")


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
