"""Acceptance 19: a container is in the state afterwards that it was in before."""

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import SERVE, EngineOf, inspect, serves, status
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry
from tests.lab.processes import wait_until
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab

DIES = ["sh", "-c", "exit 3"]


@pytest.fixture(params=docker_kinds())
def engine(request: pytest.FixtureRequest, engine_of: EngineOf) -> Engine:
    """An engine of each kind that is wanted, as new."""
    return engine_of(request.param)


def swap_states(engine: Engine, image: str) -> None:
    """One container in each state; `loops` ends at once and is started again, for ever."""
    for name in ("stopped", "paused"):
        engine.docker("run", "-d", "--name", name, "--restart", "unless-stopped", image)
    engine.docker("run", "-d", "--name", "job", image, "sh", "-c", "sleep 1; exit 0")
    engine.docker("create", "--name", "never", image)
    engine.docker("run", "-d", "--name", "loops", "--restart", "always", "-l", "keep=me", image, "broken")
    engine.docker("stop", "stopped")
    engine.docker("pause", "paused")
    assert wait_until(lambda: status(engine, "job") == "exited", 30)
    assert wait_until(lambda: inspect(engine, "loops")["RestartCount"] > 1, 30)


def in_states(seed: str, broken: str) -> Recipe:
    return serves(seed, files={"/bin/broken": broken})


def test_every_state_is_the_one_it_was(engine: Engine, registry: Registry, dockmon: Dockmon) -> None:
    image = registry.push("states", "1", **in_states("1", "#!/bin/sh\nexit 7\n")).ref
    swap_states(engine, image)
    names = ("stopped", "paused", "job", "never", "loops")
    before = {name: inspect(engine, name) for name in names}
    registry.push("states", "1", **in_states("2", SERVE))

    said = dockmon.json("update", "apply", *(f"nas/{name}" for name in names), "--yes")

    after = {name: inspect(engine, name) for name in names}
    assert said.results() == dict.fromkeys(names, "updated"), said
    assert {name: after[name]["State"]["Status"] for name in names} == {
        "stopped": "created", "paused": "paused", "job": "created", "never": "created", "loops": "running",
    }  # fmt: skip
    policies = {name: after[name]["HostConfig"]["RestartPolicy"]["Name"] for name in names}
    assert policies == {name: before[name]["HostConfig"]["RestartPolicy"]["Name"] for name in names}
    assert [name for name in names if after[name]["Id"] == before[name]["Id"]] == []
    assert after["loops"]["Config"]["Labels"] == {"keep": "me"}


def test_a_failed_update_leaves_every_state_as_it_was(engine: Engine, registry: Registry, dockmon: Dockmon) -> None:
    broken = "#!/bin/sh\nexit 7\n"
    image = registry.push("unfixed", "1", **in_states("1", broken)).ref
    engine.docker("run", "-d", "--name", "paused", "--restart", "always", image)
    engine.docker("run", "-d", "--name", "loops", "--restart", "always", image, "broken")
    engine.docker("pause", "paused")
    assert wait_until(lambda: inspect(engine, "loops")["RestartCount"] > 1, 30)
    before = {name: inspect(engine, name)["Id"] for name in ("paused", "loops")}
    registry.push("unfixed", "1", seed="2", cmd=DIES, files={"/bin/broken": broken})

    results = [dockmon.json("update", "apply", f"nas/{name}", "--yes").item(name) for name in before]

    assert [item["result"] for item in results] == ["rolled_back", "rolled_back"]
    assert {name: inspect(engine, name)["Id"] for name in before} == before
    assert status(engine, "paused") == "paused"
    restarts = inspect(engine, "loops")["RestartCount"]
    assert wait_until(lambda: inspect(engine, "loops")["RestartCount"] > restarts, 30)
    assert {inspect(engine, name)["HostConfig"]["RestartPolicy"]["Name"] for name in before} == {"always"}


def test_a_job_that_is_known_to_end_well_may_end_again(engine: Engine, registry: Registry, dockmon: Dockmon) -> None:
    ends = ["sh", "-c", "test -e /tmp/again && exec serve; touch /tmp/again"]
    image = registry.push("job", "1", **serves("1", cmd=ends)).ref
    engine.docker("run", "-d", "--name", "job", image)
    assert wait_until(lambda: status(engine, "job") == "exited", 30)
    dockmon("update", "check")
    engine.docker("start", "job")
    registry.push("job", "1", **serves("2", cmd=ends))

    said = dockmon.json("update", "apply", "nas/job", "--yes")

    assert said.item("job")["result"] == "updated", said
    assert wait_until(lambda: status(engine, "job") == "exited", 30)


def test_one_that_vanishes_when_it_stops_needs_its_own_answer(
    engine: Engine, registry: Registry, dockmon: Dockmon
) -> None:
    image = registry.push("gone", "1", **serves("1")).ref
    engine.docker("run", "-d", "--rm", "--name", "gone", "-v", "/x", "-e", "MINE=1", image)
    engine.docker("exec", "gone", "touch", "/x/mine")
    before = inspect(engine, "gone")
    registry.push("gone", "1", **serves("2"))

    refused = dockmon.json("update", "apply", "nas/gone", "--yes")
    untouched = inspect(engine, "gone")
    forced = dockmon.json("update", "apply", "nas/gone", "--yes", "--force")

    assert (refused.code, refused.item("gone")["result"]) == (1, "needs_confirmation")
    assert refused.item("gone")["reason"] == "auto_remove"
    assert untouched == before
    assert (forced.code, forced.item("gone")["result"]) == (0, "updated"), forced
    after = inspect(engine, "gone")
    assert after["HostConfig"]["AutoRemove"] is True
    assert "MINE=1" in after["Config"]["Env"]
    assert engine.docker("exec", "gone", "ls", "/x") == "mine"
