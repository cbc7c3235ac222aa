"""`dockmon update apply` where it goes ahead, and `history` after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.schemas import check
from tests.cli.updates import SECRET, Scene, dockmon_on
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
QUIET = ("sh", "-c", "trap exit TERM; sleep 1000 & wait")


@pytest.fixture
def scene(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[Scene]:
    with dockmon_on(engine, registry, tmp_path) as found:
        yield found


def outdated(scene: Scene, name: str, *, repository: str = "", **options: Any) -> str:
    """Run a container for which there is a newer image; return its ID."""
    repository = f"apply/{repository or name}"
    ref = scene.registry.push(repository, "1", cmd=QUIET, seed=name).ref
    scene.on.pull(ref)
    found = scene.on.run(name, ref, environment={"PASSWORD": SECRET}, **options)
    scene.registry.push(repository, "1", cmd=QUIET, seed=f"{name} new")
    return found


def test_a_choice_at_the_terminal_updates_what_was_chosen_and_asks_each_warning(scene: Scene) -> None:
    ids = {name: outdated(scene, name) for name in ("app", "left", "other")}
    ids |= {name: outdated(scene, name, repository=f"{name}/postgres") for name in ("mine", "yours")}
    done = scene.typed("apply", answers="1 3-5\ny\nn\n")
    now = {name: scene.on.api.containers.get(name).id for name in ids}
    assert {name for name in ids if now[name] != ids[name]} == {"app", "other", "mine"}
    assert done.code == 0
    assert "nas/mine: its policy is warn. Update it all the same? [y/N]" in done.out
    assert "3 updated · 1 needs confirmation" in done.out
    assert "needs_confirmation" in next(line for line in done.out.splitlines() if line.startswith("nas/yours "))
    assert SECRET not in done.out


def test_yes_goes_ahead_and_force_answers_the_warnings(scene: Scene) -> None:
    outdated(scene, "app")
    outdated(scene, "db", repository="postgres")
    done = scene.run("apply", "nas/db", "nas/app", "--yes", "-o", "json")
    check(done.document, "update-apply")
    assert [(item["name"], item["result"]) for item in done.document["items"]] == [
        ("db", "needs_confirmation"),
        ("app", "updated"),
    ]
    assert (done.code, [error["code"] for error in done.document["errors"]]) == (3, ["needs_confirmation"])
    app = done.document["items"][1]
    assert app["old"]["digest"] != app["new"]["digest"] is not None
    assert scene.run("apply", "--all", "--yes", "--force", "-o", "name").out == "nas/db\n"
    again = scene.run("apply", "nas/app", "--yes", "-o", "jsonl")
    assert (again.code, json.loads(again.out)["result"]) == (0, "unchanged")
    _look_back(scene, app["op"])


def _look_back(scene: Scene, op: str) -> None:
    done = scene.run("history", "-o", "json")
    check(done.document, "update-history")
    assert [item["name"] for item in done.document["items"]] == ["db", "app"]
    first = done.document["items"][1]
    assert (first["op"], first["result"], bool(first["by"]), first["duration_s"] > 0) == (op, "updated", True, True)
    assert first["steps"][-1]["result"] == "done"
    assert scene.run("history", "--limit", "1", "-o", "name").out == "nas/db\n"
    assert scene.run("history", "nas/app", "-o", "name").out == "nas/app\n"
    assert scene.run("history", "--filter", "name=d*", "-o", "name").out == "nas/db\n"
    for words in (("history", "-o", "wide"), ("history", "-o", "yaml")):
        assert SECRET not in scene.run(*words).out


def test_max_parallel_is_how_many_are_under_way_at_a_time(scene: Scene) -> None:
    for name in ("one", "three", "two"):
        outdated(scene, name)
    assert scene.run("apply", "--all", "--yes", "--max-parallel", "1").code == 0
    assert [item["name"] for item in _oldest_first(scene)] == ["one", "three", "two"]
    ended = [item["steps"][-1]["started_at"] for item in _oldest_first(scene)]
    begun = [item["started_at"] for item in _oldest_first(scene)]
    assert all(end <= begin for end, begin in zip(ended, begun[1:], strict=False))


def _oldest_first(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.run("history", "-o", "json").document["items"]
    return found[::-1]


def test_verify_timeout_is_how_long_a_new_container_may_take(scene: Scene) -> None:
    kept = outdated(scene, "slow", healthcheck={"test": ["CMD", "test", "-e", "/well"], "interval": 10**9})
    done = scene.run("apply", "nas/slow", "--yes", "--verify-timeout", "2s", "-o", "json")
    (item,) = done.document["items"]
    assert (done.code, item["result"], item["reason"]) == (1, "rolled_back", "verify_timeout")
    assert [(error["code"], error["target"]) for error in done.document["errors"]] == [("rolled_back", "nas/slow")]
    assert scene.on.api.containers.get("slow").id == kept
