"""20: clean-up keeps shared and user-tagged images, and the previous one until the new one is proven."""

from __future__ import annotations

import pytest

from tests.cli.schemas import check
from tests.e2e.here import DockmonHere
from tests.e2e.looking import inspect, status
from tests.e2e.shelf import ALL_STORES
from tests.e2e.versions import push_version, run_through, there
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
ANY_AGE = ("--min-age", "0s")


@pytest.mark.parametrize("engine", docker_kinds(*ALL_STORES), indirect=True)
def test_20_clean_up_keeps_what_is_shared_tagged_or_unproven_and_frees_the_rest(
    engine: Engine, registry: Registry, quick: DockmonHere
) -> None:
    dockmon, images = quick, run_through(engine, registry, quick, "web", 5)
    spare, tagged, shared, previous, current = images
    engine.docker("tag", tagged, "mine/saved:1")
    engine.docker("create", "--name", "stopped", shared)
    young = dockmon.json("update", "prune", "--yes")
    check(young.document, "update-prune")
    assert {item["reason"] for item in young.items} == {"rollback_image", "in_use", "tagged", "min_age"}
    planned = dockmon.json("update", "prune", *ANY_AGE, "--dry-run")
    check(planned.document, "update-prune")
    assert set(images) <= there(engine)
    done = dockmon.json("update", "prune", *ANY_AGE, "--yes")
    check(done.document, "update-prune")
    told = {item["image_id"]: (item["result"], item["reason"]) for item in done.items}
    assert told == {
        spare: ("removed", "retention"),
        tagged: ("kept", "tagged"),
        shared: ("kept", "in_use"),
        previous: ("kept", "rollback_image"),
    }
    assert [item["would"] for item in planned.items] == [item["would"] for item in done.items]
    (removed,) = (item for item in done.items if item["result"] == "removed")
    assert removed["freed_bytes"] >= 100_000
    assert set(images) - there(engine) == {spare}
    assert "dockmon-prune" not in engine.docker("images")
    assert dockmon.json("update", "rollback", "nas/web", "--yes").results() == {"web": "updated"}
    assert inspect(engine, "web")["Image"] == previous
    assert {item["image_id"]: item["reason"] for item in dockmon.json("update", "prune", *ANY_AGE, "--yes").items} == {
        tagged: "tagged", shared: "in_use", previous: "in_use", current: "rollback_image",
    }  # fmt: skip
    assert_kept_until_the_new_one_is_proven(engine, registry, dockmon, previous)


def assert_kept_until_the_new_one_is_proven(
    engine: Engine, registry: Registry, dockmon: DockmonHere, previous: str
) -> None:
    """One that was never started has proven nothing: what it replaced stays, however few are to be kept."""
    push_version(engine, registry, "web", 5)
    engine.docker("stop", "-t", "1", "web")
    assert dockmon.json("update", "apply", "web", "--yes").results() == {"web": "updated"}
    kept = dockmon.json("update", "prune", *ANY_AGE, "--keep", "0", "--yes")
    assert {item["image_id"]: item["reason"] for item in kept.items}[previous] == "unproven"
    engine.docker("start", "web")
    gone = dockmon.json("update", "prune", *ANY_AGE, "--keep", "0", "--yes")
    assert {item["image_id"]: item["result"] for item in gone.items}[previous] == "removed"
    assert status(engine, "web") == "running"
