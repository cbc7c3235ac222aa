"""Whenever the process dies, and whatever others do meanwhile, one container is left: old or new, as the old one was.

The real swap and the real way back on an engine in memory. The process dies before or after each change to the engine
and each line of the journal; it may die again while it recovers, as often as it likes.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockmon_cli.core.recovery import was_touched
from tests.services.swapping import (
    DEAD,
    KINDS,
    NAME,
    Moment,
    Scene,
    died_everywhere,
    moments,
    new_one_comes_to,
    remove_old,
    restart_engine,
    take_the_name,
    wake_old,
)

SICK = {"Restarting": True}


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


@pytest.mark.parametrize("kind", ["running", "running, no policy", "paused", "start-first"])
@pytest.mark.parametrize("starts", [("always",), ("always", "unless-stopped"), ()], ids=["20.10", "26", "none"])
def test_the_engine_may_be_killed_anywhere(kind: str, starts: tuple[str, ...]) -> None:
    for moment in range(moments(kind)):
        scene = Scene(**KINDS[kind], dies_at=[moment], meddling={moment: [restart_engine(*starts)]})
        scene.to_the_end()
        if scene.journal.rows:
            scene.assert_settled()


def test_why_it_goes_back_is_known_to_whoever_finishes_it() -> None:
    told = []
    for scene in died_everywhere(lambda: new_one_comes_to(Scene(), **DEAD)):
        ended = scene.to_the_end()
        if scene.journal.rows and "failed" in ended.facts:
            told.append((ended.result, ended.reason))
    assert len(told) > 10
    assert set(told) == {("rolled_back", "exited")}


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
