"""What others do, or an engine answers, at moments of a swap at which it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dockmon_cli.core.errors import EngineError, NoSuchObject
from dockmon_cli.core.operation import Operation
from tests.services.swapping import DEAD, NAME, REF, Death, Scene, first_look, new_one_comes_to, remove_old, told


def prune(scene: Scene) -> None:
    """`docker image prune`: what no tag shows and no container uses goes."""
    used = {document["Image"] for document in scene.engine.documents.values()}
    for image in set(scene.engine.images) - used - set(scene.engine.references.values()):
        del scene.engine.images[image]
        scene.tag_was = None if scene.tag_was == image else scene.tag_was


def settled(scene: Scene) -> Operation:
    """The operation once it is closed, with one container left."""
    scene.to_the_end()
    if scene.journal.rows:
        scene.assert_settled()
    return scene.row


@pytest.mark.parametrize("state", [{}, DEAD], ids=["good", "bad"])
def test_a_prune_of_the_image_that_the_tag_showed_keeps_nothing_down(state: dict[str, object]) -> None:
    whole = new_one_comes_to(Scene(tag_was_elsewhere=True), **state)
    whole.swap()
    for moment in range(whole.told.index("after stop"), whole.ticks):
        scene = new_one_comes_to(Scene(tag_was_elsewhere=True, meddling={moment: [prune]}), **state)
        assert settled(scene).result == whole.row.result


def test_a_proxy_that_has_no_answer_speaks_against_no_image() -> None:
    scene = Scene(meddling={first_look(): [fail_the_next_look]})
    assert (scene.swap().result, scene.row.reason) == ("rolled_back", "interrupted")
    assert "failed" not in scene.row.facts
    scene.assert_settled()


def fail_the_next_look(scene: Scene) -> None:
    scene.engine.fail_on("inspect", EngineError("no server is available", status=503))


def test_a_proxy_that_has_no_answer_for_long_interrupts() -> None:
    scene = Scene(meddling={first_look(): [fail_every_look]})
    assert (scene.swap().result, scene.row.phase) == ("interrupted", "forward")
    scene.engine.mend()
    assert scene.recover().result == "rolled_back"
    scene.assert_settled()


def fail_every_look(scene: Scene) -> None:
    scene.engine.fail_on("inspect", EngineError("no server is available", status=503), times=None)


def test_what_its_user_makes_after_a_crash_is_nobody_elses_to_remove() -> None:
    scene = Scene(dies_at=[second("before create")])
    with pytest.raises(Death):
        scene.swap()
    assert scene.row.steps[-1].name == "create"
    scene.engine.now += timedelta(minutes=2)
    host_config = {"RestartPolicy": {"Name": scene.policy}}
    made = scene.engine.add_container(NAME, REF, Labels=scene.labels, HostConfig=host_config)
    assert scene.recover().phase == "closed"
    assert scene.only()["Id"] == made


def second(what: str) -> int:
    """The moment at which this is heard for the second time: the first create is that of the lock."""
    scene = Scene()
    scene.swap()
    return [place for place, heard in enumerate(scene.told) if heard == what][1]


def test_what_an_engine_starts_that_comes_back_is_still_known_as_ours() -> None:
    scene = Scene(dies_at=[second("after create")])
    with pytest.raises(Death):
        scene.swap()
    assert not scene.row.facts.get("new_id")
    (new,) = (each for each in scene.engine.documents.values() if each["Name"] == f"/{NAME}")
    new["State"].update(Status="running", Running=True, StartedAt=new["Created"])
    assert scene.recover().result == "rolled_back"
    scene.assert_settled()


def test_the_volumes_of_an_original_that_somebody_removed_outlive_its_successor() -> None:
    new: list[str] = []

    def meddle(scene: Scene) -> None:
        new.append(scene.engine.named(NAME)["Id"])
        remove_old(scene)

    scene = new_one_comes_to(Scene(meddling={told("after start"): [meddle]}), **DEAD)
    assert scene.swap().phase == "closed"
    assert ("remove", new[0], "False") in scene.engine.calls
    scene.assert_settled()


def test_what_is_pruned_before_it_could_be_kept_says_so() -> None:
    scene = Scene()
    scene.engine.fail_on("tag", NoSuchObject("No such image", status=404), argument=scene.plan.keep_new)
    assert (scene.swap().result, scene.row.reason) == ("failed", "pull_failed")
    assert "run it again" in scene.row.message
    scene.assert_settled()


def test_without_a_digest_nothing_is_pulled() -> None:
    scene = Scene()
    scene.plan = replace(scene.plan, digest="")
    assert (scene.swap().result, scene.row.reason) == ("failed", "not_found")
    assert "pull" not in {verb for verb, *_ in scene.engine.calls}
    scene.assert_settled()
