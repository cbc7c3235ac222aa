"""Somebody else's container under the name of one that is swapped: it stays, and nobody loses the original."""

from __future__ import annotations

from typing import Any

import pytest

from dockmon_cli.core.errors import EngineError
from tests.services.swapping import DEAD, NAME, REF, Death, Scene, first_look, remove_old, take_the_name, told

OTHER = {"com.docker.compose.project": "shop", "com.docker.compose.service": "other"}


def killed(at: str, **kind: Any) -> Scene:
    """A scene whose process has died at this moment of its swap."""
    scene = Scene(dies_at=[told(at)], **kind)
    with pytest.raises(Death):
        scene.swap()
    return scene


def test_one_that_took_the_name_and_was_never_started_is_started_in_place_of_the_old_one() -> None:
    scene = killed("after rename")
    take_the_name(runs=False)(scene)
    scene.recover()
    assert (scene.row.result, "somebody else" in scene.row.message) == ("failed", True)
    scene.assert_settled(may_be_a_stranger=True)


def test_a_container_of_another_identity_under_the_name_is_left_alone_and_the_row_stays_open() -> None:
    scene = killed("after rename")
    stranger = scene.engine.add_container(NAME, REF, Labels=OTHER)
    assert scene.recover().result == "rollback_failed"
    assert scene.engine.names() == [NAME, f"{NAME}.dockmon-new", f"{NAME}.dockmon-old"]
    assert scene.row.phase == "forward"

    del scene.engine.documents[stranger]
    assert scene.recover().result == "rolled_back"
    scene.assert_settled()


def test_a_container_of_another_identity_under_the_name_of_one_that_was_not_touched_jams_nothing() -> None:
    scene = killed("after pull")
    remove_old(scene)
    scene.engine.add_container(NAME, REF, Labels=OTHER)
    assert scene.recover().phase == "closed"
    assert scene.engine.names() == [NAME]


def test_the_message_of_what_can_not_be_ended_does_not_grow_with_each_try() -> None:
    scene = killed("after rename")
    scene.engine.add_container(NAME, REF, Labels=OTHER)
    said = {scene.recover().message for _ in range(3)}
    assert len(said) == 1


def test_a_container_that_its_user_put_aside_by_hand_is_not_removed() -> None:
    scene = killed("after pull")
    scene.engine.documents[scene.old_id]["Name"] = "/web-before"
    scene.engine.add_container(NAME, REF)
    scene.recover()
    assert scene.engine.names() == [NAME, "web-before"]


def test_what_its_user_made_after_the_engine_refused_to_recreate_the_original_is_theirs() -> None:
    def remove_and_refuse(scene: Scene) -> None:
        remove_old(scene)
        scene.engine.named(NAME)["State"].update(DEAD)
        scene.engine.fail_on("create", EngineError("No such container: parent", status=404), times=7)

    scene = Scene(meddling={first_look(): [remove_and_refuse]})
    assert (scene.swap().result, scene.engine.names()) == ("rollback_failed", [f"{NAME}.dockmon-new"])
    again = {"Labels": scene.labels, "HostConfig": {"RestartPolicy": {"Name": "always"}}}
    theirs = scene.engine.add_container(NAME, REF, running=True, **again)
    assert (scene.recover().phase, scene.only()["Id"]) == ("closed", theirs)
    assert "somebody else recreated it" in scene.row.message


@pytest.mark.parametrize("carries_it_over", [True, False], ids=["carried over", "left"])
def test_an_original_whose_volume_nobody_has_any_more_is_kept_when_it_was_replaced(*, carries_it_over: bool) -> None:
    mounts = [{"Type": "volume", "Name": "a" * 64, "Destination": "/data"}]
    scene = Scene(dies_at=[told("after rename")])
    scene.engine.documents[scene.old_id]["Mounts"] = mounts
    with pytest.raises(Death):
        scene.swap()
    again = {"Labels": scene.labels, "HostConfig": {"RestartPolicy": {"Name": "always"}}}
    theirs = scene.engine.add_container(NAME, REF, running=True, **again)
    scene.engine.documents[theirs]["Mounts"] = mounts if carries_it_over else []
    assert scene.recover().phase == "closed"
    kept = [] if carries_it_over else [f"{NAME}.dockmon-old"]
    assert scene.engine.names() == [NAME, *kept]
    assert ("a" * 64 in scene.row.message) is not carries_it_over


@pytest.mark.parametrize("runs", [True, False])
def test_nobody_s_container_takes_the_place_of_one_that_compose_did_not_make(*, runs: bool) -> None:
    scene = killed("after rename", labels={})
    theirs = scene.engine.add_container(NAME, REF, running=runs)
    before = scene.engine.named(NAME)["State"]["Status"]
    recovered = scene.recover()
    assert (recovered.result, recovered.phase) == ("rollback_failed", "forward")
    assert "the original is kept as web.dockmon-old" in recovered.message
    assert scene.engine.named(NAME)["State"]["Status"] == before
    assert scene.old_id in scene.engine.documents

    del scene.engine.documents[theirs]
    assert scene.recover().result == "rolled_back"
    scene.assert_settled()


def test_the_original_outlives_one_that_does_not_stay_up_in_its_place() -> None:
    scene = killed("after rename")
    take_the_name(runs=False)(scene)
    scene.engine.on_start = lambda document: document["State"].update(DEAD)
    recovered = scene.recover()
    assert (recovered.result, recovered.phase) == ("rollback_failed", "forward")
    assert "does not stay up" in recovered.message
    assert scene.old_id in scene.engine.documents
