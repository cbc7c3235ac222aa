"""Start-first on a real engine: nobody who tries once more misses anything, and what can't run twice is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.compare import differences
from tests.e2e.here import DockmonHere
from tests.e2e.looking import EngineOf, inspect
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.asker import FILES, Asker

pytestmark = pytest.mark.lab
PROJECT = """
services:
  web:
    image: {image}
    container_name: web
    labels: [dockmon.update.order=start-first]
    networks: {{front: {{aliases: [www]}}, back: {{}}}}
networks: {{front: {{name: front}}, back: {{}}}}
"""
DIES = ["sh", "-c", "sleep 1; exit 3"]
QUICK = {"verify": {"stable_for": "2s"}}


@pytest.mark.parametrize("kind", docker_kinds("20.10"))
def test_a_client_that_tries_once_more_misses_nothing(
    kind: str, lab: Lab, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    engine, folder = engine_of(kind), tmp_path / "shop"
    folder.mkdir()
    image = registry.push("first", "1", seed=f"{kind} 1", files=FILES).ref
    (folder / "compose.yaml").write_text(PROJECT.format(image=image))
    lab.compose(engine, folder, "up", "-d")
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=QUICK)
    before = inspect(engine, "web")
    asker = Asker(engine, image, "front", "www")

    registry.push("first", "1", seed=f"{kind} 2", files=FILES)
    updated = dockmon.json("update", "apply", "nas/web", "--yes")
    after = inspect(engine, "web")
    registry.push("first", "1", seed=f"{kind} 3", files=FILES, cmd=DIES)
    undone = dockmon.json("update", "apply", "nas/web", "--yes")
    asked = asker.end()

    assert (updated.results(), undone.results()) == ({"web": "updated"}, {"web": "rolled_back"}), (updated, undone)
    assert (asked.lost, asked.first > 100) == (0, True), asked
    changed = [line for line in differences(before, after) if "com.docker.compose.image" not in line]
    assert changed == [], changed
    assert inspect(engine, "web")["State"]["StartedAt"] == after["State"]["StartedAt"]
    lab.compose(engine, folder, "up", "-d")
    assert engine.docker("ps", "-a", "-q", "--no-trunc") == after["Id"]


def test_what_can_not_run_twice_is_refused_and_updated_the_other_way(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update={"verify": {"stable_for": "300ms"}})
    engine.docker("network", "create", "--subnet", "10.91.0.0/24", "lan")
    options = {
        "port_in_use": ["-p", "18090:8080"],
        "static_address": ["--network", "lan", "--ip", "10.91.0.9"],
        "shared_mount": ["-v", "/x"],
    }
    for name, option in options.items():
        image = registry.push(f"twice-{name}", "1", seed=f"{name} 1").ref
        engine.docker("run", "-d", "--name", name, *option, image)
        registry.push(f"twice-{name}", "1", seed=f"{name} 2")

    refused = dockmon.json("update", "apply", "--all", "--yes", "--order", "start-first")
    updated = dockmon.json("update", "apply", "--all", "--yes")

    assert {item["name"]: (item["result"], item["reason"]) for item in refused.items} == {
        name: ("skipped", name) for name in options
    }, refused
    assert (refused.code, updated.results()) == (0, dict.fromkeys(options, "updated")), updated
