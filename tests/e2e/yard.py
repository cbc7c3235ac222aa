"""Containers by the dozen for tests of the swap, and what is to be true of each when all is over.

They are set up over the engine's API rather than by the `docker` program, because that takes a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from docker.api.client import APIClient
from docker.errors import APIError, NotFound

from tests.e2e.plants import NOTE, POLICY, Plant, State, faults, one_file
from tests.lab import Engine, Registry
from tests.lab.processes import wait_until
from tests.lab.recipes import Recipe
from tests.lab.registry import Pushed

SIDE = "side"
STOP_TIMEOUT_S = 1
HANDS = 4
PATIENCE_S = 10
T = TypeVar("T")
S = TypeVar("S")


def in_parallel(work: Callable[[S], T], what: Iterable[S]) -> list[T]:
    """Do WORK to each of WHAT, a few at once, and return the answers in order."""
    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(work, what))


@dataclass
class Yard:
    """Containers on one engine, each of an image of its own, with data of its own in an anonymous volume.

    `folder` is where their images are in the registry, `front` what stands before it, if anything does.
    """

    engine: Engine
    api: APIClient
    registry: Registry
    folder: str
    front: str = ""
    plants: dict[str, Plant] = field(default_factory=dict)
    new: dict[str, Pushed] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    _writing: Lock = field(default_factory=Lock)

    def plant(
        self,
        names: Iterable[str],
        state: State = "running",
        *,
        old: Recipe | None = None,
        new: Recipe | None = None,
        stop_timeout: int = STOP_TIMEOUT_S,
        starts_first: bool = False,
        **host_config: Any,
    ) -> list[Plant]:
        """Run a container for each name, of an image by OLD, and push the one by NEW that is to replace it.

        One that STARTS_FIRST says so by its label, and has no data, which it could not share.
        """
        if not self.api.networks(names=[SIDE]):
            self.api.create_network(SIDE)
        settings = self.api.create_host_config(**{"restart_policy": {"Name": POLICY}, **host_config})
        more = {"dockmon.update.order": "start-first"} if starts_first else {}
        planted = in_parallel(
            lambda name: self._plant(name, state, old or {}, stop_timeout, {"mine": name, **more}, settings), names
        )
        for plant in planted:
            self.push_new(plant.name, new)
        return planted

    def push(self, name: str, version: str, recipe: Recipe | None = None) -> Pushed:
        """Push a version of a container's image."""
        whole: Recipe = {**(recipe or {}), "seed": f"{name} {version}"}
        return self.registry.push(f"{self.folder}/{name}", "1", **whole)

    def push_new(self, name: str, recipe: Recipe | None = None) -> None:
        """Push the image that is to replace a container's image; it has a volume more than the old one."""
        self.new[name] = self.push(name, "new", {"volumes": ["/fresh"], **(recipe or {})})

    def _plant(
        self,
        name: str,
        state: State,
        recipe: Recipe,
        stop_timeout: int,
        labels: dict[str, str],
        host_config: dict[str, Any],
    ) -> Plant:
        has_data = "dockmon.update.order" not in labels
        pushed = self.push(name, "old", recipe)
        repository = f"{self.front or self.registry.host}/{self.folder}/{name}"
        ref = f"{repository}:1"
        self.api.pull(repository, "1")
        # The data are written before the first start, by the engine: no second start writes them again.
        found = self.api.create_container(
            ref,
            name=name,
            volumes=["/data"] if has_data else None,
            stop_timeout=stop_timeout,
            host_config=host_config,
            labels=labels,
        )["Id"]
        if has_data:
            self.put_note(found, name)
        self.api.connect_container_to_network(found, SIDE, aliases=[f"{name}-alias"])
        if state != "stopped":
            self.api.start(found)
        if state == "paused":
            self.api.pause(found)
        policy = host_config.get("RestartPolicy", {}).get("Name", "no")
        image = self.api.inspect_container(found)["Image"]
        first = "podman" if self.engine.kind == "podman" else "bridge"
        networks, files = {first: "", SIDE: f"{name}-alias"}, {NOTE: name} if has_data else {}
        plant = Plant(name, state, found, image, ref, pushed, policy, labels, networks, files)
        self.plants[name] = plant
        return plant

    def put_note(self, container: str, text: str) -> None:
        """Write into its volume what has to be there for ever."""
        folder, _, name = NOTE.rpartition("/")

        def is_written() -> bool:
            try:
                return self.api.put_archive(container, folder, one_file(name, text))
            except APIError:
                if self.engine.kind != "podman":
                    raise
                return False  # its pipes break now and then, and sooner where several write at once

        with self._writing if self.engine.kind == "podman" else nullcontext():
            assert wait_until(is_written, PATIENCE_S)

    def tie(self, names: Iterable[str]) -> None:
        """Run a container beside each of these, all of one image, that shares the network of it."""
        ref = self.registry.push(f"{self.folder}/tied", "1", seed="tied", cmd=["sleep", "1000"]).ref
        self.api.pull(ref)
        in_parallel(lambda name: self._tie(name, ref), names)

    def _tie(self, name: str, ref: str) -> None:
        settings = self.api.create_host_config(network_mode=f"container:{name}", restart_policy={"Name": POLICY})
        beside = f"{name}-tied"
        found = self.api.create_container(ref, name=beside, host_config=settings, stop_timeout=0)["Id"]
        self.api.start(found)
        self.tied[beside] = found

    def faults_of_tied(self, name: str) -> list[str]:
        """What is not as it has to be of the container beside this one: it hears the server in the shared network."""
        beside = f"{name}-tied"
        found, parent = self.api.inspect_container(beside), self.api.inspect_container(name)
        call = self.api.exec_create(found["Id"], ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"])
        self.api.exec_start(call["Id"])
        answered = self.api.exec_inspect(call["Id"])["ExitCode"]
        faults = {
            f"its status is {found['State']['Status']}": found["State"]["Status"] != "running",
            "it is bound to another": found["HostConfig"]["NetworkMode"] != f"container:{parent['Id']}",
            "its restart policy is another": found["HostConfig"]["RestartPolicy"]["Name"] != POLICY,
            "it was recreated": self.is_original(name) and found["Id"] != self.tied[beside],
            f"the shared network is dead ({answered})": answered != 0,
        }
        return [fault for fault, holds in faults.items() if holds]

    def uproot(self, name: str) -> None:
        """Remove a container with its data, also those that were another one's once."""
        volumes = [mount["Name"] for mount in self.api.inspect_container(name)["Mounts"]]
        self.api.remove_container(name, force=True)
        for volume in volumes:
            self.api.remove_volume(volume)
        del self.plants[name]

    def faults(self, name: str, *, recreated: bool = False) -> list[str]:
        """What is not as it has to be once a swap of this container is over, whichever way it went.

        RECREATED says that the old image has to run in another container than before.
        """
        return faults(self.api, self.plants[name], recreated=recreated)

    def started(self, name: str) -> str:
        """When it was started last."""
        return str(self.api.inspect_container(name)["State"]["StartedAt"])

    def left_behind(self) -> list[str]:
        """Names of containers and images that only a swap under way may have."""
        names = [c["Names"][0].removeprefix("/") for c in self.api.containers(all=True)]
        tags = [tag for image in self.api.images() for tag in image["RepoTags"] or []]
        rollback = [tag for tag in tags if "dockmon-rollback/" in tag]
        stay = {"tied", *(name for name, plant in self.plants.items() if self._id(name) == plant.old_id)}
        return [
            *(name for name in names if name not in self.plants and name not in self.tied),
            *(tag for tag in tags if "dockmon-new/" in tag),
            *(tag for tag in rollback if tag.partition(f"/{self.folder}/")[2].partition(":")[0] in stay),
        ]

    def is_original(self, name: str) -> bool:
        """True if the container that has the name is the one from before."""
        return self._id(name) == self.plants[name].old_id

    def volumes(self) -> set[str]:
        """The names of all volumes."""
        return {volume["Name"] for volume in self.api.volumes()["Volumes"] or []}

    def used_volumes(self) -> set[str]:
        """The names of the volumes that containers mount."""
        mounts = [m for c in self.api.containers(all=True) for m in c["Mounts"]]
        return {mount["Name"] for mount in mounts if mount["Type"] == "volume"}

    def _id(self, name: str) -> str:
        try:
            return str(self.api.inspect_container(name)["Id"])
        except NotFound:
            return ""


@contextmanager
def yard(engine: Engine, registry: Registry, folder: str, front: str = "") -> Iterator[Yard]:
    """A yard on a clean engine."""
    client = engine.client()
    try:
        yield Yard(engine, client.api, registry, folder, front)
    finally:
        client.close()


def events(engine: Engine, since: float, *actions: str) -> list[dict[str, Any]]:
    """The events of containers since a moment, those of some kinds alone, oldest first."""
    found = [event for event in engine.events_since(since) if event["Type"] == "container"]
    return [event for event in found if not actions or event["Action"] in actions]
