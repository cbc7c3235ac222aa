"""Hooks on an engine in memory: what becomes of a swap whose own commands decline, fail or never end."""

from __future__ import annotations

from typing import Any

import pytest

from dockmon_cli.core.errors import EngineError
from tests.services.swapping import Scene, died_everywhere, new_one_comes_to, remove_old

ORDERS = ["stop-first", "start-first"]


def scene(pre: str = "", post: str = "", **more: Any) -> Scene:
    return Scene(hooks=(pre, post), **more)


def ran(scene: Scene) -> list[tuple[str, str]]:
    """Which command was run in which container."""
    names = {scene.old_id: "old"}
    return [(names.get(call[1], "new"), call[2]) for call in scene.engine.calls if call[0] == "run_in"]


def was_stopped(scene: Scene) -> bool:
    return any(call[:2] == ("stop", scene.old_id) for call in scene.engine.calls)


@pytest.mark.parametrize("order", ORDERS)
def test_they_run_in_the_old_one_before_and_in_the_new_one_after_and_what_they_print_is_kept(order: str) -> None:
    swapped = scene("echo dumped", "echo migrated", order=order)
    assert swapped.swap().result == "updated"
    assert ran(swapped) == [("old", "echo dumped"), ("new", "echo migrated")]
    outputs = {step.name: step.output for step in swapped.row.steps if step.output}
    assert outputs == {"pre_hook": "dumped", "post_hook": "migrated"}
    assert swapped.row.whole_log == "pre hook:\ndumped\npost hook:\nmigrated"
    steps = [step.name for step in swapped.row.steps]
    assert steps.index("pre_hook") < steps.index("lend_tag")
    assert steps.index("verify") < steps.index("post_hook") < steps.index("commit")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("pre", "result", "said"),
    [
        ("echo busy; exit 75", "skipped", "exit code 75: busy (not now)"),
        ("echo broken; exit 1", "failed", "exit code 1: broken"),
        ("exit 127", "failed", "exit code 127"),
        ("sleep 6", "failed", "did not end within 5 s"),
    ],
)
def test_a_pre_hook_that_does_not_end_well_stops_nothing(order: str, pre: str, result: str, said: str) -> None:
    kept = scene(pre, "echo after", order=order)
    assert (kept.swap().result, kept.row.reason) == (result, "pre_hook")
    assert said in kept.row.message
    assert not was_stopped(kept)
    assert len(ran(kept)) == 1
    kept.assert_settled()
    assert kept.only()["Id"] == kept.old_id


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("post", ["echo bad; exit 1", "exit 75", "echo bad; sleep 6"])
def test_a_post_hook_that_does_not_end_well_brings_the_old_one_back(order: str, post: str) -> None:
    undone = scene("", post, order=order)
    assert (undone.swap().result, undone.row.reason) == ("rolled_back", "post_hook")
    undone.assert_settled()
    assert undone.only()["Id"] == undone.old_id
    assert ("bad" in undone.row.whole_log) == ("bad" in post)


def test_a_container_without_a_shell_fails_before_anything_is_stopped() -> None:
    kept = scene("echo before")
    kept.engine.fail_on("run_in", EngineError('exec: "sh": executable file not found in $PATH', status=400))
    assert (kept.swap().result, kept.row.reason) == ("failed", "pre_hook")
    assert "executable file not found" in kept.row.message
    assert not was_stopped(kept)


def test_where_the_proof_fails_the_post_hook_is_not_run() -> None:
    undone = new_one_comes_to(scene("", "echo after"), Status="exited", Running=False, ExitCode=3)
    assert (undone.swap().result, undone.row.reason) == ("rolled_back", "exited")
    assert ran(undone) == []


@pytest.mark.parametrize("order", ORDERS)
def test_whenever_it_dies_no_hook_is_run_twice_and_none_on_the_way_back(order: str) -> None:
    for died in died_everywhere(lambda: scene("echo before", "echo after", order=order)):
        died.to_the_end()
        assert len(ran(died)) == len(set(ran(died)))
        if died.journal.rows:
            died.assert_settled()
            committed = died.row.result == "updated"
            assert died.only()["Image"] == (died.new_image if committed else died.old_image)
            assert not committed or len(ran(died)) == 2


def test_one_that_goes_on_because_the_old_one_was_removed_begins_its_post_hook_once() -> None:
    begun = scene("", "echo after")
    begun.swap()
    for moment in range(begun.told.index("sleep"), begun.total):
        removed = scene("", "echo after", meddling={moment: [remove_old]}, dies_at=[moment])
        removed.to_the_end()
        assert [step.name for step in removed.row.steps].count("post_hook") == 1
        assert len(ran(removed)) <= 1
