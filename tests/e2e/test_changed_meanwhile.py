"""What its user does to a container while its update is under way is not lost, and what dies late is not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import EngineOf, inspect
from tests.e2e.watching import wait_for_step
from tests.kinds import docker_kinds
from tests.lab import Registry

pytestmark = pytest.mark.lab
IGNORES_TERM = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]
ENDS_WITHOUT_A_NETWORK = ["sh", "-c", "while grep -q eth0 /proc/net/dev; do sleep 0.1; done; exit 9"]


@pytest.mark.parametrize("kind", docker_kinds("20.10"))
def test_settings_that_change_while_it_stops_stay_with_the_original(
    engine_of: EngineOf, registry: Registry, tmp_path: Path, kind: str
) -> None:
    engine = engine_of(kind)
    image = registry.push("changed/web", "1", seed="old", cmd=IGNORES_TERM).ref
    engine.docker("network", "create", "extra")
    engine.docker("run", "-d", "--name", "web", "--stop-timeout", "4", "--restart", "unless-stopped", image)
    before = inspect(engine, "web")["Id"]
    registry.push("changed/web", "1", seed="new", cmd=IGNORES_TERM)
    dockmon = Dockmon(tmp_path, {"nas": engine})
    with dockmon.start("update", "apply", "web", "--yes", "-o", "json") as process:
        wait_for_step(dockmon, process, "stop")
        engine.docker("update", "--memory", "64m", "--memory-swap", "64m", "--restart", "always", "web")
        engine.docker("network", "connect", "--alias", "foo", "extra", "web")
        process.communicate()
    found = inspect(engine, "web")
    assert (process.returncode, found["Id"], found["State"]["Running"]) == (1, before, True)
    assert found["HostConfig"]["Memory"] == 64 * 2**20
    assert found["HostConfig"]["RestartPolicy"]["Name"] == "always"
    assert set(found["NetworkSettings"]["Networks"]) == {"bridge", "extra"}
    assert engine.docker("ps", "-a", "--format", "{{.Names}}").split() == ["web"]


@pytest.mark.parametrize("kind", docker_kinds())
def test_one_that_the_hand_over_is_too_much_for_is_not_kept(
    engine_of: EngineOf, registry: Registry, tmp_path: Path, kind: str
) -> None:
    engine = engine_of(kind)
    image = registry.push("changed/api", "1", seed="old").ref
    engine.docker("network", "create", "front")
    engine.docker("run", "-d", "--name", "api", "--network", "front", "--network-alias", "www", image)
    before = inspect(engine, "api")["Id"]
    registry.push("changed/api", "1", seed="new", cmd=ENDS_WITHOUT_A_NETWORK)
    done = Dockmon(tmp_path, {"nas": engine}).json("update", "apply", "api", "--yes", "--order", "start-first")
    item = done.item("api")
    assert (done.code, item["result"], item["reason"]) == (1, "rolled_back", "exited"), done
    found = inspect(engine, "api")
    assert (found["Id"], found["State"]["Running"]) == (before, True)
    assert engine.docker("ps", "-a", "--format", "{{.Names}}").split() == ["api"]
