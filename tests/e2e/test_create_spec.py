"""Whatever setting the user made is there after an update, on real engines."""

import shlex
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e import catalogue
from tests.e2e.compare import differences
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, EngineOf, inspect_all, serves
from tests.kinds import LAB_KINDS, docker_kinds
from tests.lab import Engine, Registry
from tests.lab.recipes import THIS_PLATFORM, Recipe

pytestmark = pytest.mark.lab

NEVER_STARTED = {*catalogue.NEVER_STARTED, "raw"}


def version(seed: str) -> Recipe:
    return serves(seed, exposed=["8080"], volumes=["/data", "/late/"], env={"DEFAULT": "1"})


def run(engine: Engine, name: str, line: str, image: str) -> None:
    options, _, command = f" {line} ".partition(" -- ")
    options = options.format(platform=THIS_PLATFORM)
    verb = ["create"] if name in NEVER_STARTED else ["run", "-d"]
    engine.docker(*verb, "--name", name, *shlex.split(options), image, *shlex.split(command))


def move(engine: Engine, image: str) -> None:
    """A container that left the network it was created in and joined another one."""
    engine.docker("run", "-d", "--name", "moved", "--network", "one", image)
    engine.docker("network", "connect", "--ip", "10.78.0.50", "--alias", "later", "two", "moved")
    engine.docker("network", "disconnect", "one", "moved")


def create_raw(engine: Engine, image: str) -> None:
    """What the command line can't say: a network by its ID, a bind without a source, an empty entrypoint."""
    with closing(engine.client()) as client:
        network = client.networks.get("one").id
        endpoint = {"IPAMConfig": {"IPv4Address": "10.77.0.60"}, "Aliases": ["by-id"]}
        host_config = {"NetworkMode": network, "Binds": ["/nameless"]}
        config = {
            "Image": image, "Entrypoint": [], "Env": ["DEFAULT"], "HostConfig": host_config,
            "NetworkingConfig": {"EndpointsConfig": {network: endpoint}},
        }  # fmt: skip
        client.api.create_container_from_config(config, "raw")  # type: ignore[no-untyped-call]


def create_all(engine: Engine, image: str) -> list[str]:
    """Create what this engine can have (where nobody asked for its kind, what may differ there); return the names."""
    newer = {} if engine.kind == "20.10" else catalogue.NEWER
    lines = {**catalogue.SETTINGS, **newer, **catalogue.NEVER_STARTED}
    names = [name for name in lines if engine.kind in LAB_KINDS or name in catalogue.DIFFERS]
    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(run, engine, name, lines[name], image) for name in names]:
            job.result()
    move(engine, image)
    create_raw(engine, image)
    return [*names, "moved", "raw"]


@pytest.mark.parametrize("kind", docker_kinds("20.10", "26.1"))
def test_every_setting_is_the_same_after_an_update(
    kind: str, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    engine = engine_of(kind)
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    image = registry.push("all", "1", **version("1")).ref
    rock = registry.push("rock", "1", **version("1")).ref
    for line in catalogue.PREPARE:
        engine.docker(*shlex.split(line.format(rock=rock)))
    names = create_all(engine, image)
    before = inspect_all(engine, *names)
    registry.push("all", "1", **version("2"))

    said = dockmon.json("update", "apply", *(f"nas/{name}" for name in names), "--yes")

    assert said.results() == dict.fromkeys(names, "updated"), said
    after = inspect_all(engine, *names)
    assert {name for name in names if before[name]["Image"] == after[name]["Image"]} == set()
    assert [f"{name}{line}" for name in names for line in differences(before[name], after[name])] == []
    states = {name: document["State"]["Status"] for name, document in after.items()}
    assert states == {name: "created" if name in NEVER_STARTED else "running" for name in names}
