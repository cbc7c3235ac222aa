"""Acceptance 20: clean-up keeps shared and user-tagged images, and the previous one until the new one is proven."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.schemas import check
from tests.e2e.driver import Dockmon
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, inspect, serves
from tests.e2e.shelf import ALL_STORES
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
ANY_AGE = ("--min-age", "0s")


@pytest.fixture(params=docker_kinds(*ALL_STORES))
def each_engine(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of(request.param)


def run_through(engine: Engine, registry: Registry, dockmon: Dockmon, name: str, versions: int) -> list[str]:
    """Run a container and update it from version to version; return the IDs of its images."""
    repository = f"{engine.kind}/{name}"
    engine.docker("run", "-d", "--name", name, registry.push(repository, "1", **_version(name, 0)).ref)
    images = [inspect(engine, name)["Image"]]
    for number in range(1, versions):
        registry.push(repository, "1", **_version(name, number))
        assert dockmon.json("update", "apply", name, "--yes").results() == {name: "updated"}
        images.append(inspect(engine, name)["Image"])
    return images


def _version(name: str, number: int) -> Any:
    return serves(f"{name} {number}", files={"/big": f"{number}" * 100_000})


def there(engine: Engine) -> set[str]:
    """The IDs of all images."""
    return set(engine.docker("images", "-q", "--no-trunc").split())


def test_clean_up_keeps_what_is_shared_tagged_or_needed_and_frees_the_rest(
    each_engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    engine = each_engine
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    images = run_through(engine, registry, dockmon, "web", 5)
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


def test_an_update_removes_by_itself_what_is_beyond_the_number_and_the_age(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update={**OFTEN, "keep_images": 1, "keep_min_age": "0s"})
    images = run_through(engine, registry, dockmon, "web", 3)
    assert set(images) - there(engine) == {images[0]}
    # One that was never started has proven nothing: what it replaced stays.
    registry.push(f"{engine.kind}/web", "1", **_version("web", 3))
    engine.docker("stop", "-t", "1", "web")
    assert dockmon.json("update", "apply", "web", "--yes").results() == {"web": "updated"}
    (kept,) = (i for i in dockmon.json("update", "prune", *ANY_AGE, "--keep", "0", "--yes").items)
    assert (kept["image_id"], kept["reason"]) == (images[2], "unproven")
    engine.docker("start", "web")
    gone = dockmon.json("update", "prune", *ANY_AGE, "--keep", "0", "--yes")
    assert [item["result"] for item in gone.items] == ["removed"]
    assert json.loads(engine.docker("inspect", "web"))[0]["State"]["Status"] == "running"
