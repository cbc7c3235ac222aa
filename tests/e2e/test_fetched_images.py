"""`update pull` night after night, on every kind of image store: one image is kept for the next update, not all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.schemas import check
from tests.e2e.driver import Run
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, inspect, serves
from tests.e2e.shelf import ALL_STORES
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab


@pytest.fixture(params=docker_kinds(*ALL_STORES))
def engine(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of(request.param)


class Nights:
    """A container `web` that is never updated, while one version after the other is fetched for it."""

    def __init__(self, engine: Engine, registry: Registry, folder: Path):
        self.engine = engine
        self.registry = registry
        self.dockmon = DockmonHere(folder, {"nas": engine}, update={**OFTEN, "keep_min_age": "0s"})
        self.repository = f"{engine.kind}/fetched"
        self.ref = self.push(0)
        engine.docker("run", "-d", "--name", "web", self.ref)

    def push(self, version: int) -> str:
        """Release a version."""
        recipe: Any = serves(f"web {version}", files={"/big": f"{version}" * 100_000})
        return self.registry.push(self.repository, "1", **recipe).ref

    def pull(self, version: int) -> str:
        """Release a version and fetch it; return the ID of its image."""
        self.push(version)
        (item,) = self.dockmon.json("update", "pull", "web").items
        assert item["result"] == "pulled", item
        return self.engine.docker("inspect", "--format", "{{.Id}}", self.names()[0])

    def names(self) -> list[str]:
        """The names of images that were fetched ahead."""
        told = self.engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
        return [name for name in told if "dockmon-new/" in name]

    def there(self) -> set[str]:
        """The IDs of all images, those without a name too."""
        return set(self.engine.docker("images", "-aq", "--no-trunc").split())

    def prune(self, *words: str) -> Run:
        done = self.dockmon.json("update", "prune", *words)
        check(done.document, "update-prune")
        return done


def reasons(run: Run) -> dict[str, tuple[str | None, str]]:
    """What came of each image, and why."""
    return {item["image_id"]: (item["result"], item["reason"]) for item in run.items}


def test_a_newer_one_takes_the_place_of_what_was_fetched_before(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    nights = Nights(engine, registry, tmp_path)
    runs = inspect(engine, "web")
    first = nights.pull(1)
    nights.push(2)
    told = nights.dockmon("update", "pull", "web")
    assert "superseded images removed: 1" in told.err, told
    (name,) = nights.names()
    second = engine.docker("inspect", "--format", "{{.Id}}", name)
    assert first not in nights.there()
    engine.docker("image", "prune", "-f")
    assert reasons(nights.prune("--yes")) == {second: ("kept", "fetched")}

    nights.push(3)
    assert nights.dockmon("update", "check", "web").code == 0
    assert reasons(nights.prune("--dry-run")) == {second: (None, "superseded")}
    gone = nights.prune("--yes")
    (item,) = gone.items
    assert (item["result"], item["reason"], item["repository"]) == ("removed", "superseded", _name(nights.ref))
    assert item["freed_bytes"] >= 100_000
    assert (nights.names(), second in nights.there()) == ([], False)
    assert "dockmon" not in engine.docker("images", "-a")

    third = nights.pull(3)
    engine.docker("tag", third, "mine/saved:1")
    nights.push(4)
    nights.dockmon("update", "check", "web")
    assert reasons(nights.prune("--yes")) == {third: ("kept", "tagged")}
    assert nights.names() == []
    assert engine.docker("inspect", "--format", "{{.Id}}", "mine/saved:1") == third
    assert inspect(engine, "web")["Id"] == runs["Id"]


def test_what_an_update_went_past_is_removed_after_it_and_the_room_is_told(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    nights = Nights(engine, registry, tmp_path)
    passed = nights.pull(1)
    nights.push(2)
    done = nights.dockmon("update", "apply", "web", "--yes")
    assert (done.code, "old images removed: 1" in done.err) == (0, True), done
    has_count = not engine.kind.startswith("20.10")  # that one counts all volumes on the way, so it is not asked
    assert ("MB freed" in done.err) is has_count
    assert (nights.names(), passed in nights.there()) == ([], False)
    same = nights.dockmon("update", "apply", "web", "--yes")
    assert "removed" not in same.err


def _name(ref: str) -> str:
    return ref.rpartition(":")[0]
