"""What the fake engine is made of: its documents, and what a test sets up and looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dockmon_cli.core.containers import Container, Port
from dockmon_cli.core.documents import Document, parse_time, rfc3339
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import NoSuchObject
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.placed_files import FileContent
from dockmon_cli.core.reference import name_and_tag

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
INFO = EngineInfo("engine-1", "26.1.5", "1.45", "linux", "amd64", image_store="containerd")


def fake_id(seed: str) -> str:
    """64 hexadecimal digits that depend on the seed alone."""
    return hashlib.sha256(seed.encode()).hexdigest()


def tagged(reference: str) -> str:
    """The reference with its tag, `latest` where it has none."""
    return ":".join(name_and_tag(reference))


@dataclass
class Failure:
    """`error` for the next `times` calls of `verb` (all of them if None), those with `argument` alone if given."""

    verb: str
    error: Exception
    argument: str | None
    times: int | None
    after: bool


class EngineState:
    """Images, containers and networks of one engine, and the failures that a test planned."""

    def __init__(self, host: Host | None = None, *, info: EngineInfo = INFO) -> None:
        self.host = host or Host("host-1", "nas", "unix:///nas.sock")
        self.now = NOW
        self.documents: dict[str, Document] = {}
        self.images: dict[str, Document] = {}
        self.references: dict[str, str] = {}
        self.pullable: dict[str, Document] = {}
        self.networks: set[str] = {"bridge", "host", "none"}
        self.log_lines: dict[str, list[str]] = {}
        self.changed_files: dict[str, list[Document]] = {}
        self.files: dict[str, dict[str, FileContent]] = {}
        self.written_bytes: dict[str, int] = {}
        self.calls: list[tuple[str, ...]] = []
        self.on_start: Callable[[Document], None] = lambda document: None
        self.facts = info
        self._failures: list[Failure] = []
        self._made = 0

    # What a test sets up and looks at

    def add_image(self, reference: str, *, image_id: str = "", digest: str = "", **config: Any) -> str:
        """Add an image, or move `reference` to it; return its ID."""
        image_id = image_id or f"sha256:{fake_id(reference + str(len(self.images)))}"
        self._hold_image(image_id, [f"{name_and_tag(reference)[0]}@{digest}"] if digest else [], config)
        self.references[tagged(reference)] = image_id
        return image_id

    def add_pullable(self, repository: str, digest: str, *, image_id: str = "", **config: Any) -> str:
        """Let `repository@digest` be fetched; return the ID that the image will have."""
        image_id = image_id or f"sha256:{fake_id(digest)}"
        self.pullable[f"{repository}@{digest}"] = {"image_id": image_id, "config": config}
        return image_id

    def add_container(self, name: str, image: str, *, running: bool = True, **spec: Any) -> str:
        """Add a container made from `image` and the parts of a create document; return its ID."""
        if tagged(image) not in self.references and image not in self.images:
            self.add_image(image)
        container_id = self._make(name, {"Image": image, **spec})
        if running:
            self._run(self.documents[container_id])
        return container_id

    def fail_on(
        self, verb: str, error: Exception, *, argument: str | None = None, times: int | None = 1, after: bool = False
    ) -> None:
        """Make `verb` raise `error`, for calls that name `argument` if given; with `after` once its work is done."""
        self._failures.append(Failure(verb, error, argument, times, after))

    def mend(self) -> None:
        """Take back all that `fail_on` said."""
        self._failures.clear()

    def named(self, name: str) -> Document:
        """The document of the container that has this name now. Raise NoSuchObject."""
        return self._find(name)

    def names(self) -> list[str]:
        """The names of all containers, sorted."""
        return sorted(document["Name"].removeprefix("/") for document in self.documents.values())

    # What the calls are made of

    def _hold_image(self, image_id: str, digests: list[str], config: Document) -> None:
        """Have this image, without a tag if it is new."""
        new = {"Id": image_id, "RepoDigests": digests, "Config": config, "Os": "linux", "Architecture": "amd64",
               "Created": rfc3339(self.now), "Size": 1000}  # fmt: skip
        self.images.setdefault(image_id, new)

    def _log(self, verb: str, *arguments: str) -> Callable[[], None]:
        """Note a call and fail it if that was planned; return what fails it once its work is done."""
        self.calls.append((verb, *arguments))
        self._fail(verb, arguments, after=False)
        return lambda: self._fail(verb, arguments, after=True)

    def _fail(self, verb: str, arguments: tuple[str, ...], *, after: bool) -> None:
        for failure in self._failures:
            meant = failure.argument is None or failure.argument in arguments
            if failure.verb == verb and meant and failure.after is after and failure.times != 0:
                failure.times = None if failure.times is None else failure.times - 1
                raise failure.error

    def _find(self, container: str) -> Document:
        if found := self._find_or_none(container):
            return found
        raise NoSuchObject(f"No such container: {container}", status=404)

    def _find_or_none(self, container: str) -> Document | None:
        if not container:
            return None
        named = [each for each in self.documents.values() if container in (each["Name"].removeprefix("/"), each["Id"])]
        return next(iter(named or [each for each in self.documents.values() if each["Id"].startswith(container)]), None)

    def _image_id(self, image: str) -> str:
        known = self.references.get(tagged(image)) or (image if image in self.images else None)
        by_digest = [found["Id"] for found in self.images.values() if image in found["RepoDigests"]]
        if known is None and not by_digest:
            raise NoSuchObject(f"No such image: {image}", status=404)
        return known or str(by_digest[0])

    def _tags_of(self, image_id: str) -> list[str]:
        return sorted(reference for reference, target in self.references.items() if target == image_id)

    def _make(self, name: str, spec: Document) -> str:
        image_id = self._image_id(spec["Image"])
        self._made += 1
        container_id = fake_id(f"{self.host.host_id} {self._made}")
        config = {key: value for key, value in spec.items() if key not in ("HostConfig", "NetworkingConfig")}
        host_config = {"NetworkMode": "bridge", "RestartPolicy": {"Name": "no"}, **spec.get("HostConfig", {})}
        endpoints = spec.get("NetworkingConfig", {}).get("EndpointsConfig") or {host_config["NetworkMode"]: {}}
        if missing := [network for network in endpoints if network not in self.networks and ":" not in network]:
            raise NoSuchObject(f"network {missing[0]} not found", status=404)
        defaults = self.images[image_id]["Config"]
        self.documents[container_id] = {
            "Id": container_id, "Name": f"/{name}", "Image": image_id, "Created": rfc3339(self.now),
            "Config": {"Hostname": container_id[:12], "Labels": {}, "Env": [], **defaults, **config},
            "HostConfig": host_config, "Mounts": [], "RestartCount": 0, "Platform": "linux",
            "State": {"Status": "created", "Running": False, "Paused": False, "Restarting": False, "ExitCode": 0,
                      "OOMKilled": False, "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": "0001-01-01T00:00:00Z"},
            "NetworkSettings": {"Networks": {network: {**endpoint} for network, endpoint in endpoints.items()}},
        }  # fmt: skip
        return container_id

    def _run(self, document: Document) -> None:
        document["State"].update(Status="running", Running=True, ExitCode=0, StartedAt=rfc3339(self.now))

    def _row(self, document: Document) -> Container:
        """The document as the engine's list shows it: its image by the reference that still leads to it, else by ID."""
        state, wanted = document["State"], document["Config"]["Image"]
        leads_there = self.references.get(tagged(wanted)) == document["Image"]
        ran = state["Status"] != "created"
        since = state["StartedAt"] if state["Running"] else state["FinishedAt"]
        return Container(
            self.host.host_id, self.host.name, document["Id"], document["Name"].removeprefix("/"),
            image=wanted if leads_there else document["Image"],
            image_id=document["Image"],
            status=state["Status"],
            created_at=parse_time(document["Created"]),
            labels=dict(document["Config"].get("Labels") or {}),
            since=parse_time(since) if ran else parse_time(document["Created"]),
            exit_code=state["ExitCode"] if state["Status"] in ("exited", "restarting") else None,
            health=(state.get("Health") or {}).get("Status"),
            ports=_ports(document["HostConfig"].get("PortBindings") or {}),
        )  # fmt: skip


def _ports(bindings: Document) -> tuple[Port, ...]:
    ports = []
    for name, targets in bindings.items():
        private, _, protocol = name.partition("/")
        ports += [Port(int(private), protocol or "tcp", int(each["HostPort"]), "0.0.0.0") for each in targets or ()]
    return tuple(ports)
