"""What Podman's compatible socket does otherwise than Docker, seen by a whole update."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import EngineOf, inspect
from tests.lab import Registry

pytestmark = pytest.mark.lab
IDLE = ["sleep", "1000"]


def test_an_update_takes_what_shares_its_network_along(engine_of: EngineOf, registry: Registry, tmp_path: Path) -> None:
    """Podman removes no container that another one, be it never started, is bound to."""
    engine = engine_of("podman")
    vpn, side = (registry.push(f"podman/{name}", "1", seed="old", cmd=IDLE).ref for name in ("vpn", "side"))
    engine.docker("run", "-d", "--name", "vpn", vpn)
    engine.docker("run", "-d", "--name", "side", "--network", "container:vpn", side)
    before = {name: inspect(engine, name)["Id"] for name in ("vpn", "side")}
    registry.push("podman/vpn", "1", seed="new", cmd=IDLE)
    dockmon = Dockmon(tmp_path, {"nas": engine}, registries={"insecure": [registry.host]})
    done = dockmon.json("update", "apply", "vpn", "--yes")
    assert (done.code, done.results()) == (0, {"vpn": "updated"}), done
    after = {name: inspect(engine, name) for name in ("vpn", "side")}
    assert all(after[name]["Id"] != before[name] and after[name]["State"]["Running"] for name in after)
    assert after["side"]["HostConfig"]["NetworkMode"] == f"container:{after['vpn']['Id']}"
    assert sorted(engine.docker("ps", "-a", "--format", "{{.Names}}").split()) == ["side", "vpn"]
