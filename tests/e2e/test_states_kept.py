"""The state that a container was in, where its update fails or it is a job that may end."""

from __future__ import annotations

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import EngineOf, inspect, serves, status
from tests.e2e.states import in_states, wait_for_restarts, wait_for_the_end
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
DIES = ["sh", "-c", "exit 3"]


@pytest.fixture(params=docker_kinds())
def engine(request: pytest.FixtureRequest, engine_of: EngineOf) -> Engine:
    """An engine of each kind that is wanted, as new."""
    return engine_of(request.param)


def test_a_failed_update_leaves_every_state_as_it_was(engine: Engine, registry: Registry, dockmon: DockmonHere) -> None:
    broken = "#!/bin/sh\nexit 7\n"
    image = registry.push("unfixed", "1", **in_states("1", broken)).ref
    engine.docker("run", "-d", "--name", "paused", "--restart", "always", image)
    engine.docker("run", "-d", "--name", "loops", "--restart", "always", image, "broken")
    engine.docker("pause", "paused")
    wait_for_restarts(engine, "loops", 2)
    before = {name: inspect(engine, name)["Id"] for name in ("paused", "loops")}
    registry.push("unfixed", "1", seed="2", cmd=DIES, files={"/bin/broken": broken})

    results = [dockmon.json("update", "apply", f"nas/{name}", "--yes").item(name) for name in before]

    assert [item["result"] for item in results] == ["rolled_back", "rolled_back"]
    assert {name: inspect(engine, name)["Id"] for name in before} == before
    assert status(engine, "paused") == "paused"
    wait_for_restarts(engine, "loops", inspect(engine, "loops")["RestartCount"] + 1)
    assert {inspect(engine, name)["HostConfig"]["RestartPolicy"]["Name"] for name in before} == {"always"}


def test_a_job_that_is_known_to_end_well_may_end_again(
    engine: Engine, registry: Registry, dockmon: DockmonHere
) -> None:
    ends = ["sh", "-c", "test -e /tmp/again && exec serve; touch /tmp/again"]
    image = registry.push("job", "1", **serves("1", cmd=ends)).ref
    engine.docker("run", "-d", "--name", "job", image)
    wait_for_the_end(engine, "job")
    dockmon("update", "check")
    engine.docker("start", "job")
    registry.push("job", "1", **serves("2", cmd=ends))

    said = dockmon.json("update", "apply", "nas/job", "--yes")

    assert said.item("job")["result"] == "updated", said
    wait_for_the_end(engine, "job")
