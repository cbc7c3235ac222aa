"""`update rollback` on every kind of image store: back to the image from before, wherever it still is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.schemas import check
from tests.e2e.driver import Run
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, inspect, serves
from tests.e2e.shelf import ALL_STORES
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry
from tests.lab.registry import Pushed

pytestmark = pytest.mark.lab


@pytest.fixture(params=docker_kinds(*ALL_STORES))
def engine(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of(request.param)


class Bench:
    """A container `web` with data in a volume of its image's, and two versions of that image."""

    def __init__(self, engine: Engine, registry: Registry, folder: Path, repository: str):
        self.engine = engine
        self.registry = registry
        self.repository = f"{engine.kind}/{repository}"
        self.dockmon = DockmonHere(folder, {"nas": engine}, update=OFTEN)
        self.old = self._push("1.0")
        engine.docker("run", "-d", "--name", "web", "-e", "MINE=1", self.old.ref)
        engine.docker("exec", "web", "sh", "-c", "echo kept > /data/note")
        self.ids = [self.image]
        self.new = self._push("1.1")
        assert self.dockmon.json("update", "apply", "web", "--yes").results() == {"web": "updated"}
        self.ids.append(self.image)

    def _push(self, version: str) -> Pushed:
        recipe = serves(version, env={"VERSION": version}, volumes=["/data"])
        return self.registry.push(self.repository, "1", **recipe)

    @property
    def image(self) -> str:
        """What runs now."""
        return str(inspect(self.engine, "web")["Image"])

    def back(self, *words: str) -> Run:
        """Roll it back, or try to."""
        return self.dockmon.json("update", "rollback", "nas/web", *words)

    def assert_runs(self, version: int) -> None:
        """It runs the first (0) or the second image with its user's settings and data, and the tag leads there."""
        found = inspect(self.engine, "web")
        assert (found["Image"], found["State"]["Status"]) == (self.ids[version], "running")
        assert {"MINE=1", f"VERSION=1.{version}"} <= set(found["Config"]["Env"])
        assert self.engine.docker("exec", "web", "cat", "/data/note") == "kept"
        assert self.engine.docker("inspect", "--format", "{{.Id}}", self.old.ref) == self.ids[version]
        assert ".dockmon-" not in self.engine.docker("ps", "-a", "--format", "{{.Names}}")


def test_it_returns_to_the_image_from_before_as_long_as_anybody_has_it(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    bench = Bench(engine, registry, tmp_path, "rollback")
    engine.docker("image", "prune", "-f")
    registry.clear_requests()
    planned = bench.back("--dry-run")
    check(planned.document, "update-plan")
    assert (planned.code, planned.item("web")["would"]) == (0, "update")
    assert planned.item("web")["message"] == "its volumes stay as they are"
    bench.assert_runs(1)
    done = bench.back("--yes")
    check(done.document, "update-apply")
    item = done.item("web")
    assert (done.code, item["result"], item["reason"]) == (0, "updated", "rollback")
    assert (item["old"]["digest"], item["new"]["digest"]) == (bench.new.digest, bench.old.digest)
    assert registry.requests == []
    bench.assert_runs(0)
    history = bench.dockmon.json("update", "history", "web")
    check(history.document, "update-history")
    assert [(row["purpose"], row["reason"]) for row in history.items] == [("rollback", "rollback"), ("update", None)]
    assert bench.dockmon.json("update", "check", "web").item("web")["state"] == "update_available"
    # Now everything that does not run is pruned: the image comes from the registry, as long as that has it.
    engine.docker("image", "prune", "-af")
    assert bench.back("--yes").results() == {"web": "updated"}
    bench.assert_runs(1)
    engine.docker("image", "prune", "-af")
    registry.delete(bench.repository, bench.old.digest)
    before = inspect(engine, "web")
    refused = bench.back("--yes")
    check(refused.document, "update-apply")
    assert (refused.code, refused.item("web")["result"], refused.item("web")["reason"]) == (1, "failed", "not_found")
    assert "is not on nas any more" in refused.errors[0]["message"]
    assert inspect(engine, "web")["State"] == before["State"]
