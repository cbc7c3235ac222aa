"""Somebody removes a container, its original and what both are bound to while it is updated: there is no way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import EngineOf, inspect, serves
from tests.e2e.watching import wait_for_step
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
LONG = {"verify": {"stable_for": "60s"}, "max_parallel": 8}
NAMES = ("made", "left")


def names(engine: Engine) -> list[str]:
    return sorted(engine.docker("ps", "-a", "--format", "{{.Names}}").split())


@pytest.mark.parametrize("kind", docker_kinds())
def test_what_its_user_makes_is_left_alone_and_the_rest_comes_back_once_its_parent_is_there(
    engine_of: EngineOf, registry: Registry, tmp_path: Path, kind: str
) -> None:
    engine, parents = engine_of(kind), {}
    files = registry.push("bound/files", "1", **serves("files", volumes=["/data"])).ref
    images = {name: registry.push(f"bound/{name}", "1", **serves(f"{name} old")).ref for name in NAMES}
    for name in NAMES:
        parents[name] = engine.docker("run", "-d", "--name", f"{name}-files", files)
        engine.docker("run", "-d", "--name", name, "--volumes-from", parents[name], images[name])
        registry.push(f"bound/{name}", "1", **serves(f"{name} new"))
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=LONG)
    with dockmon.start("update", "apply", *NAMES, "--yes", "-o", "json") as process:
        for name in NAMES:
            wait_for_step(dockmon, process, "verify", name)
        engine.docker("rm", "-f", *(f"{name}{end}" for name in NAMES for end in ("", ".dockmon-old", "-files")))
        process.communicate()
    assert (process.returncode, names(engine)) == (1, ["left.dockmon-new", "made.dockmon-new"])

    for name in NAMES:
        parents[name] = engine.docker("run", "-d", "--name", f"{name}-files", files)
    theirs = engine.docker("run", "-d", "--name", "made", "--volumes-from", "made-files", images["made"])
    recovered = dockmon("update", "recover")
    assert (recovered.code, names(engine)) == (0, ["left", "left-files", "made", "made-files"]), recovered
    made, left = (inspect(engine, name) for name in ("made", "left"))
    assert (made["Id"], made["State"]["Running"], left["State"]["Running"]) == (theirs, True, True)
    assert left["HostConfig"]["VolumesFrom"] == [parents["left"]]
    assert dockmon.json("update", "recover").items == []
