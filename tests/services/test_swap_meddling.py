"""Others meddle with the containers and files of a swap: one container is left, as the old one was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dockmon_cli.core.container_settings import Order
from dockmon_cli.core.create_spec import settings_mark
from dockmon_cli.core.errors import EngineError
from tests.services.swapping import (
    DEAD,
    KINDS,
    NAME,
    REF,
    Death,
    Moment,
    Scene,
    first_look,
    moments,
    new_one_comes_to,
    remove_old,
    told,
    wake_old,
)


@pytest.mark.parametrize("kind", ["running", "paused", "stopped", "to another tag", "start-first"])
def test_somebody_may_remove_the_old_one_anywhere(kind: str) -> None:
    for moment in range(moments(kind)):
        scene = Scene(**KINDS[kind], meddling={moment: [remove_old]})
        ended = scene.swap()
        assert ended.phase == "closed"
        if ended.reason == "not_found" or not scene.engine.names():
            assert scene.engine.names() == []
            assert ended.result == "failed"
        else:
            scene.assert_settled()


@pytest.mark.parametrize("kind", ["running", "to another tag"])
def test_the_new_one_fails_after_somebody_removed_the_old_one(kind: str) -> None:
    scene = Scene(**KINDS[kind])

    def remove_and_fail(scene: Scene) -> None:
        remove_old(scene)
        scene.engine.named(NAME)["State"].update(DEAD)

    scene.meddling = {first_look(): [remove_and_fail]}
    assert (scene.swap().result, scene.row.reason) == ("rolled_back", "exited")
    scene.assert_settled()
    assert scene.only()["Image"] == scene.old_image
    assert scene.only()["Config"]["Image"] == REF


@pytest.mark.parametrize("kind", ["compose gave it a secret", "--rm, compose gave it a secret"])
def test_what_compose_put_into_it_is_kept_in_the_lock_for_one_that_is_created_again(kind: str) -> None:
    for moment in range(moments(kind)):
        scene = new_one_comes_to(Scene(**KINDS[kind], meddling={moment: [remove_old]}, dies_at=[moment]), **DEAD)
        scene.to_the_end()
        if scene.engine.names():
            scene.assert_settled()


def test_a_file_that_can_not_be_copied_stops_nothing() -> None:
    scene = Scene(has_secret=True)
    scene.engine.fail_on("write_file", EngineError("container rootfs is marked read-only", status=403))
    assert (scene.swap().result, scene.row.reason) == ("failed", "create_failed")
    scene.assert_settled()
    assert "stop" not in {verb for verb, *_ in scene.engine.calls}
    assert "sesame" not in str(scene.row)


def test_the_one_set_aside_is_stopped_when_somebody_wakes_it() -> None:
    scene = Scene(meddling={first_look(): [wake_old]})
    assert scene.swap().result == "updated"
    assert ("stop", scene.old_id, "10") in scene.engine.calls[-20:]
    assert len([call for call in scene.engine.calls if call[:2] == ("stop", scene.old_id)]) == 2
    scene.assert_settled()


def test_a_lock_that_the_engine_makes_when_nobody_waits_for_it_any_more_blocks_no_later_swap() -> None:
    scene = Scene()
    scene.engine.fail_on("create", EngineError("oh"), argument=f"{NAME}.dockmon-new")
    assert scene.swap().phase == "closed"
    label = {"dockmon.op": scene.row.op}
    scene.engine.add_container(f"{NAME}.dockmon-new", REF, running=False, Labels=label)
    assert scene.swap(op="op-2").result == "updated"
    assert scene.engine.names() == [NAME]


def test_what_its_user_set_while_it_stopped_is_kept_with_it() -> None:
    def update(scene: Scene) -> None:
        scene.engine.documents[scene.old_id]["HostConfig"].update(Memory=64, RestartPolicy={"Name": "on-failure"})

    scene = Scene(meddling={told("after stop"): [update]})
    scene.plan = replace(scene.plan, mark=settings_mark(scene.engine.documents[scene.old_id]))
    assert (scene.swap().result, scene.row.reason) == ("skipped", "busy")
    kept = scene.only()
    assert (kept["Id"], kept["State"]["Status"]) == (scene.old_id, "running")
    assert (kept["HostConfig"]["Memory"], kept["HostConfig"]["RestartPolicy"]["Name"]) == (64, "on-failure")


def _new_one_ends(scene: Scene) -> None:
    scene.engine.documents[scene.row.facts["new_id"]]["State"].update(DEAD)


def _new_one_is_removed(scene: Scene) -> None:
    del scene.engine.documents[scene.row.facts["new_id"]]


@pytest.mark.parametrize("order", ["stop-first", "start-first"])
@pytest.mark.parametrize("ends", [_new_one_ends, _new_one_is_removed], ids=["ended", "removed"])
def test_one_that_its_post_hook_was_too_much_for_is_rolled_back(order: Order, ends: Moment) -> None:
    undisturbed = Scene(hooks=("", "echo after"), order=order)
    undisturbed.swap()
    scene = Scene(hooks=("", "echo after"), order=order, meddling={undisturbed.told.index("after run_in"): [ends]})
    assert (scene.swap().result, scene.row.reason) == ("rolled_back", "exited")
    assert scene.only()["Id"] == scene.old_id


def test_one_removed_after_its_update_does_not_come_back() -> None:
    scene = Scene(dies_at=[told("after remove")])
    with pytest.raises(Death):
        scene.swap()
    assert scene.row.phase == "committed"
    del scene.engine.documents[scene.row.facts["new_id"]]
    assert scene.recover().result == "updated"
    assert scene.engine.names() == []


def test_a_lock_that_somebody_started_is_stopped_and_removed() -> None:
    scene = Scene(dies_at=[told("after start")])
    with pytest.raises(Death):
        scene.swap()
    lock = scene.engine.named(f"{NAME}.dockmon-new")
    scene.engine.documents[lock["Id"]]["State"].update(Running=True, Status="running")
    scene.recover()
    scene.assert_settled()


def test_an_original_is_recreated_bound_to_whoever_has_the_name_of_what_it_was_bound_to() -> None:
    parent, there = "a" * 64, "b" * 64

    def remove_and_fail(scene: Scene) -> None:
        remove_old(scene)
        scene.engine.named(NAME)["State"].update(DEAD)

    scene = Scene(meddling={first_look(): [remove_and_fail]})
    successor = scene.engine.add_container("files", REF)
    body = scene.plan.old_spec.body
    bound = {**body["HostConfig"], "VolumesFrom": [f"{parent}:ro", there]}
    spec = replace(scene.plan.old_spec, body={**body, "HostConfig": bound})
    scene.plan = replace(scene.plan, ties={parent: "files", there: "gone"}, old_spec=spec)
    assert scene.swap().result == "rolled_back"
    assert scene.engine.named(NAME)["HostConfig"]["VolumesFrom"] == [f"{successor}:ro", there]
