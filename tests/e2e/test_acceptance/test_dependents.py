"""9 and 10: containers that depend on each other."""

from __future__ import annotations

import time

import pytest

from tests.e2e.binding import BOUND, DIES, asked, gateway, ids, run_bound, started
from tests.e2e.here import DockmonHere
from tests.e2e.looking import inspect, serves, status
from tests.e2e.yard import events
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = [pytest.mark.lab, pytest.mark.parametrize("engine", docker_kinds("20.10"), indirect=True)]


def test_09_what_shares_a_network_follows_the_new_one_and_works_after_a_rollback(
    engine: Engine, registry: Registry, dockmon: DockmonHere
) -> None:
    image = registry.push("bound/vpn", "1", **gateway("one")).ref
    engine.docker("run", "-d", "--name", "vpn", "--restart", "unless-stopped", image)
    run_bound(engine, registry.push("bound/side", "1", **serves("side", volumes=["/data"])).ref)
    assert asked(engine) == ("one", "one")
    before, nobody = ids(engine, "vpn", *BOUND), started(engine, "nobody")

    registry.push("bound/vpn", "1", **gateway("two"))
    done = dockmon.json("update", "apply", "vpn", "--yes")

    assert (done.code, done.item("vpn")["result"]) == (0, "updated"), done
    assert sorted(done.item("vpn")["dependents"]) == sorted(BOUND)
    assert asked(engine) == ("two", "two")
    after = ids(engine, "vpn", *BOUND)
    assert [name for name in before if before[name] == after[name]] == []
    assert inspect(engine, "torrent")["HostConfig"]["NetworkMode"] == f"container:{after['vpn']}"
    assert inspect(engine, "looks")["HostConfig"]["PidMode"] == f"container:{after['vpn']}"
    assert inspect(engine, "idle")["HostConfig"]["NetworkMode"] == f"container:{after['vpn']}"
    assert (status(engine, "idle"), status(engine, "looks")) == ("created", "running")

    registry.push("bound/vpn", "1", **gateway("three", cmd=DIES))
    failed = dockmon.json("update", "apply", "vpn", "--yes")

    assert (failed.code, failed.item("vpn")["result"]) == (1, "rolled_back"), failed
    assert asked(engine) == ("two", "two")
    assert ids(engine, "vpn", *BOUND) == after
    assert (status(engine, "idle"), status(engine, "looks")) == ("created", "running")
    assert started(engine, "nobody") == nobody
    assert ".dockmon-" not in engine.docker("ps", "-a", "--format", "{{.Names}}")
    (operation, first) = dockmon.json("update", "history").items
    assert {step["container"] for step in operation["steps"]} >= {None, *BOUND}
    assert (operation["name"], first["name"]) == ("vpn", "vpn")


def test_10_dependencies_come_first_and_a_circle_is_left_alone(
    engine: Engine, registry: Registry, quick: DockmonHere
) -> None:
    compose = "-l=com.docker.compose"
    labels = {
        "web": (f"{compose}.project=shop", f"{compose}.service=web", f"{compose}.depends_on=api:service_started:false"),
        "api": (f"{compose}.project=shop", f"{compose}.service=api", "-l", "dockmon.depends_on=store, db"),
        "db": (),
        "hen": ("-l", "dockmon.depends_on=egg"),
        "egg": ("-l", "dockmon.depends_on=hen"),
        "quiet": ("-l", "dockmon.depends_on=db"),
    }
    for name, options in labels.items():
        image = registry.push(f"order/{name}", "1", **serves(f"{name} one")).ref
        engine.docker("run", "-d", "--name", name, *options, image)
    for name in labels.keys() - {"quiet"}:
        registry.push(f"order/{name}", "1", **serves(f"{name} two"))
    before, moment = ids(engine, *labels), time.time()

    done = quick.json("update", "apply", "--all", "--yes")

    expected = {"web": "updated", "api": "updated", "db": "updated", "hen": "skipped", "egg": "skipped"}
    assert done.results() == expected, done
    assert {done.item(name)["reason"] for name in ("hen", "egg")} == {"circle"}
    assert "egg and hen" in done.item("hen")["message"]
    told = [
        (event["Action"], event["Actor"]["Attributes"]["name"].removesuffix(".dockmon-old"))
        for event in events(engine, moment, "die", "start")
    ]
    assert told == [(action, name) for name in ("db", "api", "web") for action in ("die", "start")]
    after = ids(engine, *labels)
    assert [name for name in labels if after[name] == before[name]] == ["hen", "egg", "quiet"]
