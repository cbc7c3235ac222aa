"""6, 7 and 8: new defaults and old overrides, anonymous volumes, networks."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.compare import differences
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, inspect, serves, volumes
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab

SECOND = 1_000_000_000
DIES = ["sh", "-c", "exit 3"]


# 6: the image's defaults change, the user overrode one of each


def defaults(number: str) -> Recipe:
    return {
        **serves(number),
        "env": {"A": number, "B": number},
        "labels": {"a": number, "b": number},
        "cmd": ["serve", number],
        "entrypoint": ["env", f"VERSION={number}"],
        "healthcheck": {"Test": ["CMD", "test", number], "Interval": SECOND, "Retries": int(number)},
        "workdir": f"/{number}",
        # The first one exposes a port that the second does not.
        "exposed": ["8080", "9090"][int(number) - 1 :],
        "config": {"StopSignal": ["SIGTERM", "SIGINT"][int(number) - 1]},
    }


def test_06_new_defaults_apply_and_overrides_stay(engine: Engine, registry: Registry, quick: DockmonHere) -> None:
    image = registry.push("defaults", "1", **defaults("1")).ref
    engine.docker("run", "-d", "--name", "untouched", image)
    engine.docker(
        "run", "-d", "--name", "mixed", "-e", "B=mine", "-l", "b=mine", "--health-interval", "500ms",
        "-p", "18080:8080", "-w", "/tmp", "--stop-signal", "SIGUSR1", image, "serve", "mine",
    )  # fmt: skip
    engine.docker("run", "-d", "--name", "entered", "--entrypoint", "serve", image)
    registry.push("defaults", "1", **defaults("2"))

    said = quick.json("update", "apply", "--all", "--yes")

    assert said.results() == dict.fromkeys(("untouched", "mixed", "entered"), "updated"), said
    untouched, mixed, entered = (inspect(engine, name)["Config"] for name in ("untouched", "mixed", "entered"))
    assert set(untouched["Env"]) == {"PATH=/bin", "A=2", "B=2"}
    assert untouched["Labels"] == {"a": "2", "b": "2"}
    assert (untouched["Entrypoint"], untouched["Cmd"]) == (["env", "VERSION=2"], ["serve", "2"])
    assert untouched["Healthcheck"] == {"Test": ["CMD", "test", "2"], "Interval": SECOND, "Retries": 2}
    assert (untouched["WorkingDir"], untouched["StopSignal"]) == ("/2", "SIGINT")
    assert untouched["ExposedPorts"] == {"9090/tcp": {}}
    assert set(mixed["Env"]) == {"PATH=/bin", "A=2", "B=mine"}
    assert mixed["Labels"] == {"a": "2", "b": "mine"}
    assert (mixed["Entrypoint"], mixed["Cmd"]) == (["env", "VERSION=2"], ["serve", "mine"])
    assert mixed["Healthcheck"] == {"Test": ["CMD", "test", "2"], "Interval": SECOND // 2, "Retries": 2}
    assert (mixed["WorkingDir"], mixed["StopSignal"]) == ("/tmp", "SIGUSR1")
    assert engine.docker("port", "mixed", "8080/tcp").splitlines()[0] == "0.0.0.0:18080"
    assert (entered["Entrypoint"], entered["Cmd"]) == (["serve"], None)


# 7: anonymous volumes by their three roads

COMPOSE = """
services:
  composed:
    image: {image}
    container_name: composed
    volumes: [/x]
"""
ROADS = {"imaged": "/data", "run": "/x", "composed": "/x"}


def push_three(registry: Registry, **recipe: Any) -> dict[str, str]:
    """An image for each road: of one digest the others would wait for the first."""
    return {name: registry.push(f"keeps-{name}", "1", **recipe, labels={"for": name}).ref for name in ROADS}


def start_three_roads(lab: Lab, engine: Engine, images: dict[str, str], folder: Path) -> None:
    engine.docker("run", "-d", "--name", "imaged", images["imaged"])
    engine.docker("run", "-d", "--name", "run", "-v", "/x", images["run"])
    (folder / "compose.yaml").write_text(COMPOSE.format(image=images["composed"]))
    lab.compose(engine, folder, "up", "-d")
    for name, place in ROADS.items():
        engine.docker("exec", name, "sh", "-c", f"echo {name} >{place}/mine")


def kept(engine: Engine) -> dict[str, str]:
    return {name: engine.docker("exec", name, "cat", f"{place}/mine") for name, place in ROADS.items()}


def test_07_data_in_anonymous_volumes_outlives_update_and_rollback(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    start_three_roads(lab, engine, push_three(registry, **serves("1", volumes=["/data"])), tmp_path)
    before = volumes(engine)
    push_three(registry, **serves("2", volumes=["/data"]))

    updated = dockmon.json("update", "apply", "--all", "--yes")

    assert updated.results() == dict.fromkeys(ROADS, "updated"), updated
    assert kept(engine) == {name: name for name in ROADS}
    assert volumes(engine) == before
    ids = {name: inspect(engine, name)["Id"] for name in ROADS}
    push_three(registry, seed="3", cmd=DIES, volumes=["/data", "/another"])

    undone = dockmon.json("update", "apply", "--all", "--yes")

    assert undone.results() == dict.fromkeys(ROADS, "rolled_back"), undone
    assert kept(engine) == {name: name for name in ROADS}
    assert volumes(engine) == before
    assert {name: inspect(engine, name)["Id"] for name in ROADS} == ids
    assert lab.compose(engine, tmp_path, "ps", "--services", "--status", "running") == "composed"


# 8: networks


@pytest.mark.parametrize("engine", docker_kinds("20.10", "26.1"), indirect=True)
def test_08_networks_addresses_aliases_and_mac_are_identical(
    engine: Engine, registry: Registry, quick: DockmonHere
) -> None:
    image = registry.push("nets", "1", **serves("1")).ref
    for name, number in (("front", "81"), ("back", "82")):
        engine.docker(
            "network", "create", "--subnet", f"10.{number}.0.0/24", "--ipv6", "--subnet", f"fd00:{number}::/64", name
        )
    engine.docker(
        "run", "-d", "--name", "web", "--network", "front", "--ip", "10.81.0.9", "--ip6", "fd00:81::9",
        "--network-alias", "www", "--mac-address", "02:aa:00:00:00:09", image,
    )  # fmt: skip
    engine.docker(
        "network", "connect", "--ip", "10.82.0.9", "--ip6", "fd00:82::9", "--alias", "api", "--alias", "api.lan",
        "back", "web",
    )  # fmt: skip
    before = inspect(engine, "web")
    registry.push("nets", "1", **serves("2"))

    said = quick.json("update", "apply", "nas/web", "--yes")

    after = inspect(engine, "web")
    front, back = (after["NetworkSettings"]["Networks"][name] for name in ("front", "back"))
    assert said.item("web")["result"] == "updated", said
    assert (front["IPAddress"], front["GlobalIPv6Address"]) == ("10.81.0.9", "fd00:81::9")
    assert (back["IPAddress"], back["GlobalIPv6Address"]) == ("10.82.0.9", "fd00:82::9")
    assert front["MacAddress"] == "02:aa:00:00:00:09"
    assert {"api", "api.lan"} <= set(back["Aliases"])
    assert "www" in front["Aliases"]
    assert differences(before, after) == []
