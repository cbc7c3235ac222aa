"""Whenever the process dies, and whatever others do meanwhile, one container is left: old or new, as the old one was.

The real swap and the real way back on an engine in memory. The process dies before or after each change to the engine
and each line of the journal; it may die again while it recovers, as often as it likes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockmon_cli.core.container_settings import Order
from dockmon_cli.core.create_spec import settings_mark
from dockmon_cli.core.errors import EngineError
from dockmon_cli.core.recovery import was_touched
from tests.services.swapping import (
    NAME,
    NEW_REF,
    REF,
    Death,
    Moment,
    Scene,
    died_everywhere,
    new_one_comes_to,
    remove_old,
    restart_engine,
    take_the_name,
    wake_old,
)

KINDS: dict[str, dict[str, Any]] = {
    "running": {},
    "running, no policy": {"policy": "no"},
    "paused": {"state": "paused"},
    "stopped": {"state": "stopped", "policy": "unless-stopped"},
    "--rm": {"is_rm": True, "policy": "no"},
    "paused --rm": {"is_rm": True, "policy": "no", "state": "paused"},
    "its tag is elsewhere": {"tag_was_elsewhere": True},
    "its tag is gone": {"has_tag": False},
    "compose gave it a secret": {"has_secret": True},
    "--rm, compose gave it a secret": {"has_secret": True, "is_rm": True, "policy": "no"},
    "to another tag": {"moves_to": NEW_REF},
    "to another tag, --rm": {"moves_to": NEW_REF, "is_rm": True, "policy": "no"},
    "with hooks": {"hooks": ("echo before", "echo after")},
    "start-first with hooks": {"order": "start-first", "hooks": ("echo before", "echo after")},
    "start-first": {"order": "start-first"},
    "start-first --rm": {"order": "start-first", "is_rm": True, "policy": "no"},
    "start-first, compose gave it a secret": {"order": "start-first", "has_secret": True},
}
DEAD = {"Status": "exited", "Running": False, "ExitCode": 3}
SICK = {"Restarting": True}
COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_swap_that_nobody_disturbs_ends_with_the_new_one(kind: str) -> None:
    scene = Scene(**KINDS[kind])
    assert scene.swap().result == "updated"
    scene.assert_settled()
    assert scene.only()["Image"] == scene.new_image


@pytest.mark.parametrize("kind", KINDS)
def test_dying_once_anywhere_leaves_one_container(kind: str) -> None:
    results = set()
    for scene in died_everywhere(lambda: Scene(**KINDS[kind])):
        results.add(scene.to_the_end().result)
        if scene.journal.rows:
            scene.assert_settled()
    assert results >= {"updated", "failed"}


@pytest.mark.parametrize(
    "kind",
    [
        "running",
        "paused",
        "stopped",
        "--rm",
        "to another tag",
        "to another tag, --rm",
        "start-first",
        "start-first --rm",
    ],
)
@pytest.mark.parametrize("state", [DEAD, SICK], ids=["dead", "restarting"])
def test_dying_anywhere_in_a_swap_that_fails_brings_the_old_one_back(kind: str, state: dict[str, object]) -> None:
    if kind == "stopped":
        state = {}
    for scene in died_everywhere(lambda: new_one_comes_to(Scene(**KINDS[kind]), **state)):
        scene.to_the_end()
        if scene.journal.rows:
            scene.assert_settled()
            assert scene.only()["Image"] == (scene.old_image if scene.row.result != "updated" else scene.new_image)
            assert scene.row.result != "updated" or kind == "stopped"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("running", 58),
        ("running", 64),
        ("paused", 58),
        ("--rm", 30),
        ("--rm", 48),
        ("to another tag, --rm", 48),
        *(("start-first", first) for first in (24, 36, 44, 52, 58)),
    ],
)
def test_dying_again_anywhere_in_the_recovery_leaves_one_container(kind: str, first: int) -> None:
    second = 0
    while True:
        scene = Scene(**KINDS[kind], dies_at=[first, second])
        scene.to_the_end()
        scene.assert_settled()
        if scene.dies_at:
            break
        second += 1
    assert second > (2 if kind == "start-first" else 10)


def _moments(kind: str) -> int:
    scene = Scene(**KINDS[kind])
    scene.swap()
    return scene.ticks


@pytest.mark.parametrize("kind", ["running", "running, no policy", "paused", "start-first"])
@pytest.mark.parametrize("starts", [("always",), ("always", "unless-stopped"), ()], ids=["20.10", "26", "none"])
def test_the_engine_may_be_killed_anywhere(kind: str, starts: tuple[str, ...]) -> None:
    for moment in range(_moments(kind)):
        scene = Scene(**KINDS[kind], dies_at=[moment], meddling={moment: [restart_engine(*starts)]})
        scene.to_the_end()
        if scene.journal.rows:
            scene.assert_settled()


@pytest.mark.parametrize("kind", ["running", "paused", "stopped", "to another tag", "start-first"])
def test_somebody_may_remove_the_old_one_anywhere(kind: str) -> None:
    for moment in range(_moments(kind)):
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

    scene.meddling = {_first_look(): [remove_and_fail]}
    assert (scene.swap().result, scene.row.reason) == ("rolled_back", "exited")
    scene.assert_settled()
    assert scene.only()["Image"] == scene.old_image
    assert scene.only()["Config"]["Image"] == REF


@pytest.mark.parametrize("kind", ["compose gave it a secret", "--rm, compose gave it a secret"])
def test_what_compose_put_into_it_is_kept_in_the_lock_for_one_that_is_created_again(kind: str) -> None:
    for moment in range(_moments(kind)):
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


def _first_look() -> int:
    """The moment at which the new container is looked at for the first time and waited for."""
    return _told("sleep")


def test_the_one_set_aside_is_stopped_when_somebody_wakes_it() -> None:
    scene = Scene(meddling={_first_look(): [wake_old]})
    assert scene.swap().result == "updated"
    assert ("stop", scene.old_id, "10") in scene.engine.calls[-20:]
    assert len([call for call in scene.engine.calls if call[:2] == ("stop", scene.old_id)]) == 2
    scene.assert_settled()


def test_one_that_took_the_name_and_was_never_started_is_started_in_place_of_the_old_one() -> None:
    scene = Scene(dies_at=[_told("after rename")])
    with pytest.raises(Death):
        scene.swap()
    take_the_name(runs=False)(scene)
    scene.recover()
    assert (scene.row.result, "somebody else" in scene.row.message) == ("rolled_back", True)
    scene.assert_settled(may_be_a_stranger=True)


def test_a_container_of_another_identity_under_the_name_is_left_alone_and_the_row_stays_open() -> None:
    scene = Scene(dies_at=[_told("after rename")])
    with pytest.raises(Death):
        scene.swap()
    stranger = scene.engine.add_container(NAME, REF, Labels=COMPOSE)
    assert scene.recover().result == "rollback_failed"
    assert scene.engine.names() == [NAME, f"{NAME}.dockmon-new", f"{NAME}.dockmon-old"]
    assert scene.row.phase == "forward"

    del scene.engine.documents[stranger]
    assert scene.recover().result == "rolled_back"
    scene.assert_settled()


def test_a_container_of_another_identity_under_the_name_of_one_that_was_not_touched_jams_nothing() -> None:
    scene = Scene(dies_at=[_told("after pull")])
    with pytest.raises(Death):
        scene.swap()
    remove_old(scene)
    scene.engine.add_container(NAME, REF, Labels=COMPOSE)
    assert scene.recover().phase == "closed"
    assert scene.engine.names() == [NAME]


def test_a_lock_that_the_engine_makes_when_nobody_waits_for_it_any_more_blocks_no_later_swap() -> None:
    scene = Scene()
    scene.engine.fail_on("create", EngineError("oh"), argument=f"{NAME}.dockmon-new")
    assert scene.swap().phase == "closed"
    label = {"dockmon.op": scene.row.op}
    scene.engine.add_container(f"{NAME}.dockmon-new", REF, running=False, Labels=label)
    assert scene.swap(op="op-2").result == "updated"
    assert scene.engine.names() == [NAME]


def test_why_it_goes_back_is_known_to_whoever_finishes_it() -> None:
    told = []
    for scene in died_everywhere(lambda: new_one_comes_to(Scene(), **DEAD)):
        ended = scene.to_the_end()
        if scene.journal.rows and "failed" in ended.facts:
            told.append((ended.result, ended.reason))
    assert len(told) > 10
    assert set(told) == {("rolled_back", "exited")}


def test_what_its_user_set_while_it_stopped_is_kept_with_it() -> None:
    def update(scene: Scene) -> None:
        scene.engine.documents[scene.old_id]["HostConfig"].update(Memory=64, RestartPolicy={"Name": "on-failure"})

    scene = Scene(meddling={_told("after stop"): [update]})
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


def test_the_message_of_what_can_not_be_ended_does_not_grow_with_each_try() -> None:
    scene = Scene(dies_at=[_told("after rename")])
    with pytest.raises(Death):
        scene.swap()
    scene.engine.add_container(NAME, REF, Labels=COMPOSE)
    said = {scene.recover().message for _ in range(3)}
    assert len(said) == 1


def test_a_container_that_its_user_put_aside_by_hand_is_not_removed() -> None:
    scene = Scene(dies_at=[_told("after pull")])
    with pytest.raises(Death):
        scene.swap()
    scene.engine.documents[scene.old_id]["Name"] = "/web-before"
    scene.engine.add_container(NAME, REF)
    scene.recover()
    assert scene.engine.names() == [NAME, "web-before"]


def test_one_removed_after_its_update_does_not_come_back() -> None:
    scene = Scene(dies_at=[_told("after remove")])
    with pytest.raises(Death):
        scene.swap()
    assert scene.row.phase == "committed"
    del scene.engine.documents[scene.row.facts["new_id"]]
    assert scene.recover().result == "updated"
    assert scene.engine.names() == []


def _told(what: str) -> int:
    """The moment at which this is heard first in an undisturbed swap."""
    scene = Scene()
    scene.swap()
    return scene.told.index(what)


MOMENTS: list[Moment] = [
    restart_engine("always"), restart_engine("always", "unless-stopped"), restart_engine(), remove_old, wake_old,
    take_the_name(runs=True),
]  # fmt: skip


@settings(max_examples=300)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    fails=st.booleans(),
    dies_at=st.lists(st.integers(0, 70), max_size=4),
    meddling=st.dictionaries(st.integers(0, 120), st.lists(st.sampled_from(MOMENTS), max_size=2), max_size=3),
)
def test_whatever_happens_one_container_is_left(
    kind: str, fails: bool, dies_at: list[int], meddling: dict[int, list[Moment]]
) -> None:
    acts = [act for together in meddling.values() for act in together]
    assume(kind != "stopped" or wake_old not in acts)  # whoever starts it wants it to run
    scene = Scene(**KINDS[kind], dies_at=dies_at, meddling=meddling)
    if fails:
        new_one_comes_to(scene, **DEAD)
    ended = scene.to_the_end()

    assume(not scene.is_cut)  # the engine went down after the last call: nobody was there to see it
    if not scene.engine.names():
        assert remove_old in acts or scene.is_rm
    elif was_touched(ended):
        scene.assert_settled(may_be_a_stranger="Stranger" in scene.engine.named(NAME)["Config"])
    else:
        # What others did to a container that no step had touched is theirs.
        assert set(scene.engine.names()) == {NAME}


def test_what_its_user_made_after_the_engine_refused_to_recreate_the_original_is_theirs() -> None:
    def remove_and_refuse(scene: Scene) -> None:
        remove_old(scene)
        scene.engine.named(NAME)["State"].update(DEAD)
        scene.engine.fail_on("create", EngineError("No such container: parent", status=404), times=7)

    scene = Scene(meddling={_first_look(): [remove_and_refuse]})
    assert (scene.swap().result, scene.engine.names()) == ("rollback_failed", [f"{NAME}.dockmon-new"])
    theirs = scene.engine.add_container(NAME, REF, running=True, HostConfig={"RestartPolicy": {"Name": "always"}})
    assert (scene.recover().phase, scene.only()["Id"]) == ("closed", theirs)
    assert "somebody else recreated it" in scene.row.message


def test_a_lock_that_somebody_started_is_stopped_and_removed() -> None:
    scene = Scene(dies_at=[_told("after start")])
    with pytest.raises(Death):
        scene.swap()
    lock = scene.engine.named(f"{NAME}.dockmon-new")
    scene.engine.documents[lock["Id"]]["State"].update(Running=True, Status="running")
    scene.recover()
    scene.assert_settled()


@pytest.mark.parametrize("carries_it_over", [True, False], ids=["carried over", "left"])
def test_an_original_whose_volume_nobody_has_any_more_is_kept_when_it_was_replaced(*, carries_it_over: bool) -> None:
    mounts = [{"Type": "volume", "Name": "a" * 64, "Destination": "/data"}]
    scene = Scene(dies_at=[_told("after rename")])
    scene.engine.documents[scene.old_id]["Mounts"] = mounts
    with pytest.raises(Death):
        scene.swap()
    theirs = scene.engine.add_container(NAME, REF, running=True, HostConfig={"RestartPolicy": {"Name": "always"}})
    scene.engine.documents[theirs]["Mounts"] = mounts if carries_it_over else []
    assert scene.recover().phase == "closed"
    kept = [] if carries_it_over else [f"{NAME}.dockmon-old"]
    assert scene.engine.names() == [NAME, *kept]
    assert ("a" * 64 in scene.row.message) is not carries_it_over


def test_an_original_is_recreated_bound_to_whoever_has_the_name_of_what_it_was_bound_to() -> None:
    parent, there = "a" * 64, "b" * 64

    def remove_and_fail(scene: Scene) -> None:
        remove_old(scene)
        scene.engine.named(NAME)["State"].update(DEAD)

    scene = Scene(meddling={_first_look(): [remove_and_fail]})
    successor = scene.engine.add_container("files", REF)
    body = scene.plan.old_spec.body
    bound = {**body["HostConfig"], "VolumesFrom": [f"{parent}:ro", there]}
    spec = replace(scene.plan.old_spec, body={**body, "HostConfig": bound})
    scene.plan = replace(scene.plan, ties={parent: "files", there: "gone"}, old_spec=spec)
    assert scene.swap().result == "rolled_back"
    assert scene.engine.named(NAME)["HostConfig"]["VolumesFrom"] == [f"{successor}:ro", there]
