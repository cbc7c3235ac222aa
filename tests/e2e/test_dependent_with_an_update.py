"""A container that is bound to another one and has an update of its own."""

from __future__ import annotations

import pytest

from tests.e2e.binding import DIES, gateway, ids
from tests.e2e.here import DockmonHere
from tests.e2e.looking import EngineOf, serves
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab


@pytest.fixture(params=docker_kinds("20.10"))
def engine(request: pytest.FixtureRequest, engine_of: EngineOf) -> Engine:
    """An engine of each kind that is wanted, as new."""
    return engine_of(request.param)


def test_a_dependent_with_an_update_of_its_own_gets_it_in_the_same_operation(
    engine: Engine, registry: Registry, dockmon: DockmonHere
) -> None:
    for name in ("vpn", "ui"):
        registry.push(f"both/{name}", "1", **gateway(f"{name} one") if name == "vpn" else serves("ui one"))
    vpn, ui = (f"{registry.host}/both/{name}:1" for name in ("vpn", "ui"))
    engine.docker("run", "-d", "--name", "vpn", vpn)
    engine.docker("run", "-d", "--name", "ui", "--network", "container:vpn", ui)
    registry.push("both/vpn", "1", **gateway("vpn two"))
    broken = registry.push("both/ui", "1", **serves("ui two", cmd=DIES))
    before = ids(engine, "vpn", "ui")

    failed = dockmon.json("update", "apply", "vpn", "ui", "--yes")
    assert failed.results() == {"vpn": "rolled_back", "ui": "rolled_back"}, failed
    assert "ui" in failed.item("vpn")["message"]
    assert ids(engine, "vpn", "ui") == before

    new = registry.push("both/ui", "1", **serves("ui three"))
    done = dockmon.json("update", "apply", "ui", "vpn", "--yes")
    assert done.results() == {"vpn": "updated", "ui": "updated"}, done
    assert done.item("vpn")["op"] == done.item("ui")["op"]
    assert done.item("ui")["new"]["digest"] == new.digest != broken.digest
    assert engine.docker("exec", "ui", "wget", "-qO-", "http://127.0.0.1:8080/version") == "vpn two"
    assert dockmon.json("update", "check", "vpn", "ui").item("ui")["state"] == "up_to_date"
