"""Start-first on an engine in memory: somebody proven serves at every moment, and what others do meanwhile counts."""

from __future__ import annotations

from typing import Any

import pytest

from dockmon_cli.core.errors import EngineError
from tests.services.swapping import ALIAS, NAME, REF, Death, Scene, new_one_comes_to

SICK = {"Restarting": True}


def start_first(**more: Any) -> Scene:
    return Scene(order="start-first", **more)


def told(what: str, *, last: bool = False) -> int:
    """The moment at which this is heard first, or `last`, in an undisturbed swap."""
    scene = start_first()
    scene.swap()
    return len(scene.told) - 1 - scene.told[::-1].index(what) if last else scene.told.index(what)


def serving(scene: Scene) -> list[str]:
    """The images of those that run and can be found by the alias."""
    return [
        document["Image"]
        for document in scene.engine.documents.values()
        if document["State"]["Running"] and document["NetworkSettings"]["Networks"].get("side") == {"Aliases": [ALIAS]}
    ]


@pytest.mark.parametrize("fails", [False, True])
def test_somebody_serves_at_every_moment_and_nobody_unproven(fails: bool) -> None:
    served: dict[int, list[str]] = {}

    def note(scene: Scene) -> None:
        served[scene.total] = serving(scene)

    scene = start_first(meddling={moment: [note] for moment in range(150)})
    if fails:
        new_one_comes_to(scene, **SICK)
    assert scene.swap().result == ("rolled_back" if fails else "updated")
    assert [scene.told[moment] for moment, images in served.items() if not images] == []
    new = [moment for moment, images in served.items() if scene.new_image in images]
    assert bool(new) == (not fails)
    assert all(moment > scene.told.index("sleep") for moment in new)
    assert fails == (("stop", scene.old_id, "10") not in scene.engine.calls)


def test_one_that_somebody_stops_while_its_successor_is_proven_stays_stopped() -> None:
    def stop_old(scene: Scene) -> None:
        scene.engine.documents[scene.old_id]["State"].update(Running=False, Status="exited")

    scene = start_first(policy="unless-stopped", meddling={told("sleep"): [stop_old]})
    assert (scene.swap().result, scene.row.reason) == ("skipped", "busy")
    assert (scene.only()["Id"], scene.only()["State"]["Status"]) == (scene.old_id, "exited")


def test_one_that_ends_when_it_is_proven_and_before_it_has_its_aliases_is_told_as_what_it_is() -> None:
    def ends(scene: Scene) -> None:
        new = scene.engine.documents[scene.row.facts["new_id"]]
        new["State"].update(Status="exited", Running=False, ExitCode=3)
        scene.engine.fail_on("disconnect", EngineError("container is not connected to network side", status=500))

    scene = start_first(meddling={told("before disconnect"): [ends]})
    assert (scene.swap().result, scene.row.reason) == ("rolled_back", "exited")
    assert scene.only()["Id"] == scene.old_id


def test_a_foreign_container_under_the_temporary_name_is_let_alone() -> None:
    scene = start_first()
    foreign = scene.engine.add_container(f"{NAME}.dockmon-new", REF)
    assert (scene.swap().result, scene.row.reason) == ("skipped", "busy")
    assert set(scene.engine.documents) == {scene.old_id, foreign}


def test_the_old_one_is_back_in_its_networks_if_somebody_removes_the_new_one_after_it_left_them() -> None:
    scene = start_first(dies_at=[told("after disconnect", last=True)])
    with pytest.raises(Death):
        scene.swap()
    assert scene.row.phase == "committed"
    del scene.engine.documents[scene.row.facts["new_id"]]
    scene.recover()
    scene.assert_settled()
