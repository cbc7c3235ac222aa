"""Acceptance 1, 2, 3, 4 and 11 of the update engine: whatever is wrong with a new image, its container runs on."""

from __future__ import annotations

import time
from pathlib import Path

from tests.e2e.driver import Dockmon
from tests.e2e.looking import inspect, status
from tests.lab import Engine, Lab, Registry
from tests.lab.servers import LimitedServer

NO_SUCH_COMMAND = {"cmd": ["/no/such/program"]}
UNHEALTHY = {"healthcheck": "exit 1"}
DIES_AFTER_2_S = {"cmd": ["sh", "-c", "sleep 2; exit 7"]}
LOOPS = {"cmd": ["sh", "-c", "exit 1"]}
SLOW_START = {
    "cmd": ["sh", "-c", "sleep 4; touch /ready; trap exit TERM; sleep 1000 & wait"],
    "healthcheck": {
        "Test": ["CMD-SHELL", "test -e /ready"],
        "Interval": 1_000_000_000,
        "Timeout": 5_000_000_000,
        "StartPeriod": 60_000_000_000,
        "Retries": 1,
    },
}
NEW_IMAGES = {
    "nothing": (NO_SUCH_COMMAND, "rolled_back", "start_failed"),
    "sick": (UNHEALTHY, "rolled_back", "unhealthy"),
    "brief": (DIES_AFTER_2_S, "rolled_back", "exited"),
    "loops": (LOOPS, "rolled_back", "restarting"),
    "slow": (SLOW_START, "updated", None),
}


def run_all(engine: Engine, registry: Registry, names: list[str]) -> dict[str, str]:
    """Run a container for each name from an image of its own; return their IDs."""
    for name in names:
        image = registry.push(f"swap/{name}", "1", seed="old")
        restart = "no" if name == "brief" else "always"
        engine.docker("run", "-d", "--name", name, "--restart", restart, image.ref)
    return {name: inspect(engine, name)["Id"] for name in names}


def test_a_new_image_that_does_not_prove_itself_leaves_the_original_running_and_says_why(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    old = run_all(engine, registry, list(NEW_IMAGES))
    for name, (recipe, _result, _reason) in NEW_IMAGES.items():
        registry.push(f"swap/{name}", "1", seed="new", **recipe)  # type: ignore[arg-type]
    dockmon = Dockmon(tmp_path, {"nas": engine}, update={"verify": {"stable_for": "4s"}, "max_parallel": 5})
    done = dockmon.json("update", "apply", "--all", "--yes")
    assert done.code == 3, done
    told = {item["name"]: (item["result"], item["reason"]) for item in done.items}
    assert told == {name: (result, reason) for name, (_recipe, result, reason) in NEW_IMAGES.items()}
    for name, (_recipe, result, _reason) in NEW_IMAGES.items():
        assert status(engine, name) == "running"
        assert (inspect(engine, name)["Id"] == old[name]) == (result == "rolled_back")
    assert ".dockmon-" not in engine.docker("ps", "-a", "--format", "{{.Names}}")


def test_one_of_five_fails_and_the_other_four_are_updated(engine: Engine, registry: Registry, tmp_path: Path) -> None:
    names = ["one", "two", "three", "four", "five"]
    old = run_all(engine, registry, names)
    for name in names:
        registry.push(f"swap/{name}", "1", seed="new", **(NO_SUCH_COMMAND if name == "three" else {}))  # type: ignore[arg-type]
    done = Dockmon(tmp_path, {"nas": engine}).json("update", "apply", "--all", "--yes")
    assert done.code == 3, done
    assert done.results() == {name: "rolled_back" if name == "three" else "updated" for name in names}
    assert [name for name in names if inspect(engine, name)["Id"] == old[name]] == ["three"]
    assert {status(engine, name) for name in names} == {"running"}


def test_a_pull_that_the_registry_refuses_stops_nothing(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    with LimitedServer(lab.address, registry.host, remaining=None, methods=("GET",)) as front:
        registry.push("swap/limited", "1", seed="old")
        engine.docker("run", "-d", "--name", "limited", f"{front.host}/swap/limited:1")
        before = inspect(engine, "limited")
        registry.push("swap/limited", "1", seed="new")
        dockmon = Dockmon(tmp_path, {"nas": engine})
        assert dockmon.json("update", "check").code == 0
        front.remaining = 0  # the check kept the manifests; what the engine asks for now is refused
        done = dockmon.json("update", "apply", "limited", "--yes")
    assert done.code == 1, done
    assert (done.item("limited")["result"], done.item("limited")["reason"]) == ("failed", "rate_limited")
    after = inspect(engine, "limited")
    assert (after["Id"], after["State"]["StartedAt"]) == (before["Id"], before["State"]["StartedAt"])
    assert engine.docker("ps", "-a", "--format", "{{.Names}}") == "limited"


def test_six_slow_stoppers_are_each_down_for_their_own_time_only(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    names = [f"slow{number}" for number in range(6)]
    deaf = ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]
    for name in names:
        image = registry.push(f"swap/{name}", "1", seed="old", cmd=deaf)
        engine.docker("run", "-d", "--name", name, "--stop-timeout", "1", image.ref)
        registry.push(f"swap/{name}", "1", seed="new", cmd=deaf)
    since = time.time()
    done = Dockmon(tmp_path, {"nas": engine}).json("update", "apply", "--all", "--yes", "--max-parallel", "1")
    assert done.results() == dict.fromkeys(names, "updated")
    order = [
        (event["Action"], event["Actor"]["Attributes"]["name"].removesuffix(".dockmon-old"))
        for event in engine.events_since(since)
        if event["Type"] == "container" and event["Action"] in ("die", "start")
    ]
    # Each one's end is followed by its own start before any other one ends.
    assert [name for action, name in order[::2]] == [name for action, name in order[1::2]]
    assert [action for action, _name in order] == ["die", "start"] * len(names)
