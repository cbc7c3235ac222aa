"""Acceptance 9, 10 and 12: containers that depend on each other, and containers that take long to stop."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import OFTEN, EngineOf, inspect, serves, status
from tests.e2e.yard import events
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab

HTTP = ["sh", "-c", "httpd -p 8080 -h /www; exec serve"]
DIES = ["sh", "-c", "exit 3"]
SLOW = "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n"
OTHER_PROJECT = ("-l", "com.docker.compose.project=other", "-l", "com.docker.compose.service=torrent")
BOUND = ("torrent", "looks", "linked", "idle")


@pytest.fixture(params=docker_kinds("20.10"))
def engine(request: pytest.FixtureRequest, engine_of: EngineOf) -> Engine:
    """An engine of each kind that is wanted, as new."""
    return engine_of(request.param)


def gateway(version: str, **more: object) -> Recipe:
    """Tells its version to whoever shares its network or is linked to it."""
    return serves(version, files={"/www/version": version}, **{"cmd": HTTP, **more})


def run_bound(engine: Engine, image: str) -> None:
    """One container for each way of being bound to `vpn`, one of them in another project, and one that is stopped."""
    engine.docker("run", "-d", "--name", "torrent", "--network", "container:vpn", *OTHER_PROJECT, image)
    engine.docker("run", "-d", "--name", "looks", "--pid", "container:vpn", "--volumes-from", "torrent", image)
    engine.docker("run", "-d", "--name", "linked", "--link", "vpn:gate", image)
    engine.docker("create", "--name", "idle", "--network", "container:vpn", image)
    engine.docker("run", "-d", "--name", "nobody", image)


def asked(engine: Engine) -> tuple[str, str]:
    """What `vpn` answers through the shared network, and through the link."""
    # A static program can look up no name, so the link's address is read where the engine keeps it up to date.
    linked = "wget -qO- http://$(sed -n 's/[[:space:]].*gate.*//p' /etc/hosts):8080/version"
    return (
        engine.docker("exec", "torrent", "wget", "-qO-", "http://127.0.0.1:8080/version"),
        engine.docker("exec", "linked", "sh", "-c", linked),
    )


def ids(engine: Engine, *names: str) -> dict[str, str]:
    return {name: inspect(engine, name)["Id"] for name in names}


def started(engine: Engine, name: str) -> str:
    return str(inspect(engine, name)["State"]["StartedAt"])


def test_9_what_shares_a_network_follows_the_new_one_and_works_after_a_rollback(
    engine: Engine, registry: Registry, dockmon: Dockmon
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


def test_a_dependent_with_an_update_of_its_own_gets_it_in_the_same_operation(
    engine: Engine, registry: Registry, dockmon: Dockmon
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


def test_10_dependencies_come_first_and_a_circle_is_left_alone(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=OFTEN)
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

    done = dockmon.json("update", "apply", "--all", "--yes")

    expected = {"web": "updated", "api": "updated", "db": "updated", "hen": "skipped", "egg": "skipped"}
    assert done.results() == expected, done
    assert {done.item(name)["reason"] for name in ("hen", "egg")} == {"circle"}
    assert "egg and hen" in done.item("hen")["message"]
    told = [
        (event["Action"], event["Actor"]["Attributes"]["name"].removesuffix(".dockmon-old"))
        for event in events(engine, moment, "die", "start")
    ]
    assert told == [(action, name) for name in ("db", "api", "web") for action in ("die", "start")]
    assert [name for name in labels if ids(engine, name)[name] == before[name]] == ["hen", "egg", "quiet"]


def test_12_six_that_take_long_to_stop_are_each_down_for_their_own_time_only(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = Dockmon(tmp_path, {"nas": engine}, update={"verify": {"stable_for": "300ms"}, "max_parallel": 2})
    names = [f"slow{number}" for number in range(6)]
    for name in names:
        image = registry.push(f"slow/{name}", "1", **serves(f"{name} one", files={"/bin/serve": SLOW})).ref
        engine.docker("run", "-d", "--name", name, "--stop-timeout", "2", image)
        registry.push(f"slow/{name}", "1", **serves(f"{name} two"))
    moment = time.time()

    done = dockmon.json("update", "apply", *names, "--yes")

    assert done.results() == dict.fromkeys(names, "updated"), done
    stopping: set[str] = set()
    most, told = 0, []
    for event in events(engine, moment, "kill", "start"):
        name = event["Actor"]["Attributes"]["name"].removesuffix(".dockmon-old")
        told.append((event["Action"], name))
        if event["Action"] == "kill":
            stopping.add(name)
        else:
            stopping.discard(name)
        most = max(most, len(stopping))
    assert most <= 2, json.dumps(told)
    assert {name for action, name in told if action == "kill"} == set(names)
    assert stopping == set()
