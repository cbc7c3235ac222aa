"""An engine in memory: containers, images, tags and networks as documents in Docker's shape.

Passes the same contract test as the real adapter. `calls` is the log of what was asked, in order; `fail_on` makes
a call fail; `on_start` is told of each container that starts and may change its state, as a program that dies would.
"""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document, parse_time, rfc3339
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import Conflict, CutOff, DockmonError, EngineError, HostError, NoSuchObject
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.placed_files import LARGEST_FILE, FileContent, FileInfo
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.ports.engine import Engine, OnLayer
from tests.fakes.engine_state import INFO, NOW, EngineState, fake_id, tagged

__all__ = ["INFO", "NOW", "FakeEngine", "FakeEngines", "fake_id"]


class FakeEngine(EngineState):
    """Implements `ports.engine.Engine`."""

    async def info(self) -> EngineInfo:
        self._log("info")
        return self.facts

    async def containers(self, *, all: bool) -> list[Container]:  # noqa: A002
        self._log("containers", str(all))
        rows = [self._row(document) for document in self.documents.values()]
        return [row for row in rows if all or row.status in ("running", "paused", "restarting")]

    async def inspect(self, container: str) -> Document:
        self._log("inspect", container)
        return copy.deepcopy(self._find(container))

    async def inspect_image(self, image: str) -> Document:
        self._log("inspect_image", image)
        return {**copy.deepcopy(self.images[self._image_id(image)]), "RepoTags": self._tags_of(self._image_id(image))}

    async def tags(self) -> list[Document]:
        self._log("tags")
        return [
            {"Id": image_id, "RepoTags": self._tags_of(image_id), "RepoDigests": list(image["RepoDigests"]),
             "Labels": image["Config"].get("Labels"), "Size": image["Size"],
             "Created": int(parse_time(image["Created"]).timestamp())}
            for image_id, image in self.images.items()
        ]  # fmt: skip

    async def image_bytes(self) -> int:
        self._log("image_bytes")
        return sum(image["Size"] for image in self.images.values())

    async def changes(self, container: str) -> list[Document]:
        self._log("changes", container)
        found = self._find(container)["Id"]
        written: list[Document] = [{"Path": path, "Kind": 1} for path in self.files.get(found, {})]
        return [*self.changed_files.get(found, []), *written]

    async def size_rw(self, container: str) -> int:
        self._log("size_rw", container)
        return self.written_bytes.get(self._find(container)["Id"], 0)

    async def logs(self, container: str, *, tail: int) -> str:
        self._log("logs", container)
        lines = self.log_lines.get(self._find(container)["Id"], [])
        return "\n".join(lines[-tail:]) if tail > 0 else ""

    async def file_info(self, container: str, path: str) -> FileInfo:
        self._log("file_info", container, path)
        file = self._file(container, path)
        return FileInfo(path, file.mode, len(file.data), file.changed_at, is_file=True)

    async def read_file(self, container: str, path: str) -> FileContent:
        self._log("read_file", container, path)
        file = self._file(container, path)
        if len(file.data) > LARGEST_FILE:
            raise EngineError(f"{path} is larger than {LARGEST_FILE} bytes")
        return file

    async def write_file(self, container: str, file: FileContent) -> None:
        with_failure = self._log("write_file", container, file.path)
        self.files.setdefault(self._find(container)["Id"], {})[file.path] = file
        with_failure()

    def _file(self, container: str, path: str) -> FileContent:
        files = self.files.get(self._find(container)["Id"], {})
        if path not in files:
            raise NoSuchObject(f"Could not find the file {path} in container {container}", status=404)
        return files[path]

    async def run_in(self, container: str, command: str, deadline_s: float) -> Ended:
        """Understands `echo WORD`, `sleep SECONDS`, `exit CODE`, and `exec >FILE` for all output from there on."""
        with_failure = self._log("run_in", container, command)
        if self._find(container)["State"]["Status"] != "running":
            raise Conflict(f"Container {container} is not running", status=409)
        if any(float(seconds) > deadline_s for seconds in re.findall(r"sleep ([\d.]+)", command)):
            cut_off = CutOff(f"no answer within {deadline_s:g} s")
            cut_off.output = "\n".join(re.findall(r"echo ([^\s;]+)", command.partition("sleep")[0]))
            raise cut_off
        with_failure()
        code, seen = re.search(r"exit (\d+)", command), command.partition("exec >")[0]
        return Ended(int(code[1]) if code else 0, "\n".join(re.findall(r"echo ([^\s;]+)", seen)))

    async def pull(
        self, repository: str, digest: str, credentials: Credentials | None, on_layer: OnLayer, deadline_s: float
    ) -> None:
        with_failure = self._log("pull", repository, digest)
        fetched = self.pullable.get(f"{repository}@{digest}")
        if fetched is None:
            raise EngineError(f"manifest for {repository}@{digest} not found", status=404)
        on_layer("layer", "Pull complete", 1, 1)
        image_id = fetched["image_id"]
        self._hold_image(image_id, [], fetched["config"])
        if f"{repository}@{digest}" not in self.images[image_id]["RepoDigests"]:
            self.images[image_id]["RepoDigests"].append(f"{repository}@{digest}")
        with_failure()

    async def tag(self, image: str, reference: str) -> None:
        with_failure = self._log("tag", image, reference)
        self.references[tagged(reference)] = self._image_id(image)
        with_failure()

    async def untag(self, reference: str) -> None:
        with_failure = self._log("untag", reference)
        self.references.pop(tagged(reference), None)
        with_failure()

    async def create(self, name: str, spec: Document) -> str:
        with_failure = self._log("create", name)
        if name in self.names():
            raise Conflict(f'The container name "/{name}" is already in use', status=409)
        container_id = self._make(name, spec)
        with_failure()
        return container_id

    async def start(self, container: str) -> None:
        with_failure = self._log("start", container)
        document = self._find(container)
        if not document["State"]["Running"]:
            self._run(document)
            self.on_start(document)
        with_failure()

    async def stop(self, container: str, grace_s: int) -> None:
        with_failure = self._log("stop", container, str(grace_s))
        state = self._find(container)["State"]
        if state["Running"]:
            state.update(Running=False, Paused=False, Restarting=False, Status="exited", ExitCode=143)
            state["FinishedAt"] = rfc3339(self.now)
        with_failure()

    async def pause(self, container: str) -> None:
        with_failure = self._log("pause", container)
        self._find(container)["State"].update(Paused=True, Status="paused")
        with_failure()

    async def rename(self, container: str, name: str) -> None:
        with_failure = self._log("rename", container, name)
        document = self._find(container)
        if name in self.names():
            raise Conflict(f'The container name "/{name}" is already in use', status=409)
        document["Name"] = f"/{name}"
        with_failure()

    async def remove(self, container: str, *, volumes: bool) -> None:
        with_failure = self._log("remove", container, str(volumes))
        document = self._find_or_none(container)
        if document and document["State"]["Running"]:
            raise Conflict("cannot remove a running container: stop the container before removing it", status=409)
        if document:
            del self.documents[document["Id"]]
        with_failure()

    async def set_restart_policy(self, container: str, policy: Document) -> None:
        with_failure = self._log("set_restart_policy", container, str(policy.get("Name")))
        self._find(container)["HostConfig"]["RestartPolicy"] = dict(policy)
        with_failure()

    async def connect(self, network: str, container: str, endpoint: Document) -> None:
        with_failure = self._log("connect", network, container)
        if network not in self.networks:
            raise NoSuchObject(f"network {network} not found", status=404)
        self._find(container)["NetworkSettings"]["Networks"].setdefault(network, copy.deepcopy(endpoint))
        with_failure()

    async def disconnect(self, network: str, container: str) -> None:
        with_failure = self._log("disconnect", network, container)
        self._find(container)["NetworkSettings"]["Networks"].pop(network, None)
        with_failure()


class FakeEngines:
    """Implements `ports.engine.Engines`: engines, failures and hosts that hang, by host."""

    def __init__(self, engines: Iterable[FakeEngine] = (), *, failures: dict[str, DockmonError] | None = None) -> None:
        self.by_host_id = {engine.host.host_id: engine for engine in engines}
        self.failures = failures or {}
        self.hanging: set[str] = set()
        self.opened: list[str] = []
        self.closed: list[str] = []

    @asynccontextmanager
    async def open(self, host: Host, *, timeout_s: float) -> AsyncIterator[Engine]:
        if host.name in self.hanging:
            try:
                await asyncio.Event().wait()
            finally:
                self.closed.append(host.name)
        if host.name in self.failures:
            raise self.failures[host.name]
        if host.host_id not in self.by_host_id:
            raise HostError("refused", "connection refused", host=host.name)
        self.opened.append(host.name)
        try:
            yield self.by_host_id[host.host_id]
        finally:
            self.closed.append(host.name)
