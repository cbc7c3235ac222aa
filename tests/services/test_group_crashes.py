"""Whenever the process dies, and whatever others do meanwhile, each container of a group is there once and works.

As `test_swap_crashes.py`, for containers that are bound to each other: a dependent that runs beside a container that
was started after it, or that holds on to one that is no more, does not work.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockmon_cli.core.recovery import was_touched
from tests.services.grouping import GroupScene, Part, made_anew, new_one_of, remove, restart_sharing_engine, wake
from tests.services.swapping import Death, Moment, died_everywhere

KINDS: dict[str, dict[str, Part]] = {
    "one": {"vpn": Part(updates=True), "torrent": Part("vpn")},
    "chain": {"vpn": Part(updates=True), "torrent": Part("vpn", updates=True), "ui": Part("torrent")},
    "idle": {"vpn": Part(updates=True), "idle": Part("vpn", "stopped"), "ui": Part("vpn", "paused")},
    "stopped": {"vpn": Part(state="stopped", updates=True), "idle": Part("vpn", "stopped")},
    "paused": {"vpn": Part(state="paused", updates=True), "ui": Part("vpn")},
    "--rm": {"vpn": Part(updates=True), "once": Part("vpn", is_rm=True)},
    "parent --rm": {"vpn": Part(updates=True, is_rm=True), "torrent": Part("vpn")},
}
DEAD = {"Status": "exited", "Running": False, "ExitCode": 3}


def scene_of(kind: str, **more: object) -> GroupScene:
    return GroupScene(parts=KINDS[kind], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_that_nobody_disturbs_ends_with_new_ones_that_are_bound_to_the_new_ones(kind: str) -> None:
    scene = scene_of(kind)
    assert (scene.swap().result, scene.row.message) == ("updated", "")
    assert scene.faults() == []
    assert not [name for name in scene.parts if scene.is_original(name)]
    updated = {plan.name for plan in scene.group.members if scene.engine.named(plan.name)["Image"] != plan.old_image_id}
    assert updated == {name for name, part in scene.parts.items() if part.updates}


def test_dependents_stop_first_and_start_last() -> None:
    scene = scene_of("chain")
    scene.swap()
    ids = {container: name for name, container in scene.ids.items()}
    calls = [call for call in scene.engine.calls if call[0] in ("stop", "create", "start")]
    told = [(verb, ids.get(rest[0], rest[0])) for verb, *rest in calls]
    assert [name for verb, name in told if verb == "stop"] == ["ui", "torrent", "vpn"]
    made = [name for verb, name in told if verb == "create" and not name.endswith(".dockmon-new")]
    assert made == ["vpn", "torrent", "ui"]
    assert [verb for verb, name in told if not name.endswith(".dockmon-new")] == ["stop"] * 3 + ["create", "start"] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_dying_once_anywhere_leaves_a_group_that_works(kind: str) -> None:
    results = set()
    for scene in died_everywhere(lambda: scene_of(kind)):
        results.add(scene.to_the_end().result)
        if scene.journal.rows:
            assert scene.faults() == [], scene.told[-5:]  # type: ignore[attr-defined]
    assert results >= {"updated", "failed"}


@pytest.mark.parametrize("kind", ["one", "chain", "idle", "--rm", "parent --rm"])
@pytest.mark.parametrize("who", ["parent", "dependent"])
def test_whoever_fails_all_come_back_and_work_wherever_it_dies_meanwhile(kind: str, who: str) -> None:
    name = list(KINDS[kind])[0 if who == "parent" else -1]

    def make() -> GroupScene:
        return new_one_of(name, scene_of(kind), **DEAD)

    for scene in died_everywhere(make):
        scene.to_the_end()
        assert isinstance(scene, GroupScene)
        if scene.journal.rows:
            assert scene.row.result != "updated"
            assert scene.engine.documents or KINDS[kind][name].is_rm
        if scene.journal.rows and not any(part.is_rm for part in scene.parts.values()):
            assert scene.faults() == []
            assert all(map(scene.is_original, scene.parts))


@pytest.mark.parametrize("first", [70, 90, 110])
def test_dying_again_anywhere_in_the_recovery_leaves_a_group_that_works(first: int) -> None:
    second = 0
    while True:
        scene = scene_of("one", dies_at=[first, second])
        scene.to_the_end()
        assert scene.faults() == []
        if scene.dies_at:
            break
        second += 1
    assert second > 10


def _moments(kind: str) -> int:
    scene = scene_of(kind)
    scene.swap()
    return scene.ticks


@pytest.mark.parametrize("kind", ["one", "chain", "paused"])
@pytest.mark.parametrize("starts", [("always",), ()], ids=["always", "none"])
def test_the_engine_may_be_killed_anywhere(kind: str, starts: tuple[str, ...]) -> None:
    for moment in range(_moments(kind)):
        scene = scene_of(kind, dies_at=[moment], meddling={moment: [restart_sharing_engine(*starts)]})
        scene.to_the_end()
        if scene.journal.rows:
            assert scene.faults() == [], (moment, scene.told[-5:])


def test_a_parent_that_was_removed_while_it_was_set_aside_is_followed_by_all() -> None:
    scene = scene_of("chain", meddling={_told("sleep"): [remove("vpn")]})
    assert scene.swap().result == "updated"
    assert scene.faults() == []


def test_dependents_follow_a_parent_that_had_to_be_recreated() -> None:
    scene = scene_of("chain", dies_at=[_told("after rename")])
    with pytest.raises(Death):
        scene.swap()
    remove("vpn")(scene)
    assert scene.recover().result == "rolled_back"
    assert scene.faults() == []
    assert not scene.is_original("vpn")
    assert scene.engine.named("ui")["Image"] == scene.old_images["ui"]


def test_a_dependent_that_runs_beside_a_parent_that_was_started_again_is_restarted() -> None:
    scene = scene_of("one", policy="no", dies_at=[_told("before stop")])
    with pytest.raises(Death):
        scene.swap()
    vpn = scene.engine.documents[scene.ids["vpn"]]
    scene.engine._run(vpn)
    assert not scene.engine.works(scene.engine.named("torrent"))
    scene.recover()
    assert scene.faults() == []
    assert scene.is_original("torrent")


def test_a_dependent_that_somebody_made_anew_is_left_to_them_wherever_the_process_died() -> None:
    tried = 0
    for scene in died_everywhere(lambda: scene_of("one")):
        assert isinstance(scene, GroupScene)
        with pytest.raises(Death):
            scene.swap()
        new = next((each for each in scene.engine.documents.values() if each["Name"] == "/vpn"), None)
        if new is None or new["Id"] == scene.ids["vpn"] or not new["State"]["Running"] or scene.row.phase != "forward":
            continue
        tried += 1
        made_anew("vpn", "torrent")(scene)
        assert (scene.recover().result, scene.row.phase) == ("updated", "closed"), scene.row.message
        assert sorted(scene.engine.names()) == ["torrent", "vpn"]
        assert scene.engine.works(scene.engine.named("torrent"))
    assert tried > 10


def _told(what: str) -> int:
    scene = scene_of("chain")
    scene.swap()
    return scene.told.index(what)


def test_a_member_whose_tag_was_not_lent_yet_has_it_moved_when_it_is_created_again() -> None:
    whole = scene_of("chain")
    whole.swap()
    updated = 0
    for moment in range(whole.ticks):
        scene = scene_of("chain", meddling={moment: [restart_sharing_engine("always"), remove("vpn")]})
        if scene.to_the_end().result == "updated" and not scene.is_cut:
            assert scene.faults() == [], moment
            updated += 1
    assert updated > 10


REMOVES: dict[Moment, str] = {remove(name): name for name in ("vpn", "torrent")}
MOMENTS: list[Moment] = [
    restart_sharing_engine("always"), restart_sharing_engine(), *REMOVES, wake("vpn"), wake("torrent"),
]  # fmt: skip


@settings(max_examples=150)
@given(
    kind=st.sampled_from(["one", "chain"]),
    fails=st.sampled_from(["", "vpn", "torrent"]),
    dies_at=st.lists(st.integers(0, 140), max_size=4),
    meddling=st.dictionaries(st.integers(0, 200), st.lists(st.sampled_from(MOMENTS), max_size=2), max_size=3),
)
def test_whatever_happens_each_is_left_once_and_works(
    kind: str, fails: str, dies_at: list[int], meddling: dict[int, list[Moment]]
) -> None:
    scene = scene_of(kind, dies_at=dies_at, meddling=meddling)
    if fails:
        new_one_of(fails, scene, **DEAD)
    ended = scene.to_the_end()

    assume(not scene.is_cut)  # the engine went down after the last call: nobody was there to see it
    assume(scene.journal.rows)
    members = enumerate(scene.group.members)
    untouched = {plan.name for place, plan in members if not was_touched(ended.of(scene.group.container(place)))}
    acts = {act for together in meddling.values() for act in together}
    if len(untouched) < len(scene.parts) and not (fails and acts & REMOVES.keys()):
        # One that is removed before it is touched, or after dockmon's last look at it, stays away.
        gone = set(scene.parts) - set(scene.engine.names())
        lost = {REMOVES[act] for act in acts if act in REMOVES} & (untouched | gone)
        assert scene.faults(lost=lost) == [], (ended.result, ended.message)
    assert ended.phase == "closed"
