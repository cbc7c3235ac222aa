"""`ports.engine.Engine` on Docker's HTTP API (https://docs.docker.com/reference/api/engine/)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing
from functools import partial
from typing import Any

from dockmon_cli.adapters.engine.about import ask_info
from dockmon_cli.adapters.engine.answers import parse_json
from dockmon_cli.adapters.engine.calls import MARGIN_S, Calls
from dockmon_cli.adapters.engine.facts import is_podman
from dockmon_cli.adapters.engine.in_containers import InContainers
from dockmon_cli.adapters.engine.listing import to_container
from dockmon_cli.adapters.engine.loglines import decode_log
from dockmon_cli.adapters.engine.pulling import follow, registry_auth
from dockmon_cli.adapters.engine.shapes import CHANGE, CONTAINER, DISK_USE, IMAGE, MADE, ROW, checked
from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import EngineError, NoSuchObject
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.reference import name_and_tag
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.engine import OnLayer

CHANGE_S = 60.0
"""A changing call may take this long even where reads are cut off sooner: its outcome matters more than its speed."""
STOP_MARGIN_S = 15.0
_FOR_EVER_S = 24 * 3600.0
_LOG_LIMIT = 1024 * 1024
_END_LOOKS = 20
_END_PAUSE_S = 0.1


class DockerEngine(InContainers):
    """One open engine. Made by `DockerEngines.open`, which has negotiated already."""

    def __init__(self, calls: Calls, version: Document, clock: Clock, pull_silence_s: float) -> None:
        super().__init__(calls)
        self._version = version
        self._clock = clock
        self._pull_silence_s = pull_silence_s
        self._info: EngineInfo | None = None
        self._asking = asyncio.Lock()

    @property
    def host(self) -> Host:
        """The host it was opened for."""
        return self._calls.host

    async def info(self) -> EngineInfo:
        """What the engine says of itself; asked once per connection."""
        async with self._asking:
            self._info = self._info or await ask_info(self._calls, self._version)
        return self._info

    async def containers(self, *, all: bool) -> list[Container]:  # noqa: A002 - Docker's own word
        """The engine's list; `all` includes those that do not run."""
        rows = self._calls.held_list(await self._calls.get("/containers/json", params={"all": int(all)}), ROW)
        now = self._clock.now()
        return [to_container(row, self.host, now) for row in rows]

    async def inspect(self, container: str) -> Document:
        """The whole document of one container."""
        return self._calls.held(await self._calls.look("/containers/{}/json", container), CONTAINER)

    async def inspect_image(self, image: str) -> Document:
        """The whole document of one image."""
        return self._calls.held(await self._calls.look("/images/{}/json", image), IMAGE)

    async def tags(self) -> list[Document]:
        """The engine's image list."""
        return self._calls.held_list(await self._calls.get("/images/json"), IMAGE)

    async def image_bytes(self) -> int | None:
        """Bytes on the disk for the layers of all images; engines from API 1.42 on need not count anything else."""
        limit = self._at_least(CHANGE_S)
        found = await self._calls.get("/system/df", params={"type": "image"}, deadline_s=limit)
        counted = int(self._calls.held(found, DISK_USE)["LayersSize"])
        return None if counted == 0 and found.get("Images") else counted

    async def changes(self, container: str) -> list[Document]:
        """What the writable layer adds, changes and deletes."""
        found = await self._calls.get("/containers/{}/changes", container, deadline_s=self._at_least(CHANGE_S))
        return self._calls.held_list(found, CHANGE)

    async def size_rw(self, container: str) -> int:
        """Bytes in the writable layer; the engine walks it, so this may take a while."""
        limit = self._at_least(CHANGE_S)
        found = await self._calls.get("/containers/{}/json", container, params={"size": 1}, deadline_s=limit)
        return int(self._calls.held(found, CONTAINER).get("SizeRw") or 0)

    async def logs(self, container: str, *, tail: int) -> str:
        """The last lines of both streams."""
        work = partial(
            self._calls.client.raw, "/containers/{}/logs", container, limit=_LOG_LIMIT,
            params={"stdout": 1, "stderr": 1, "tail": tail},
        )  # fmt: skip
        return decode_log(await self._calls.read(work, self._calls.timeout_s), tail)

    async def pull(
        self, repository: str, digest: str, credentials: Credentials | None, on_layer: OnLayer, deadline_s: float
    ) -> None:
        """Fetch `repository@digest`; moves no tag."""
        lines = partial(
            self._calls.client.documents, "POST", "/images/create",
            params={"fromImage": repository, "tag": digest},
            headers=registry_auth(repository, credentials), timeout_s=min(self._pull_silence_s, deadline_s + MARGIN_S),
        )  # fmt: skip
        tell = _from_thread(on_layer)
        try:
            await self._calls.alter(lambda: _follow(lines(), tell), deadline_s, silence_s=self._pull_silence_s)
        except EngineError as error:
            if type(error) is NoSuchObject:  # a registry's 404 is no missing object of the engine
                raise EngineError(error.message, error.hint, status=error.status, host=self.host.name) from error
            raise

    async def tag(self, image: str, reference: str) -> None:
        """Make `reference` point to `image`."""
        repository, tag = name_and_tag(reference)
        await self._change("POST", "/images/{}/tag", image, params={"repo": repository, "tag": tag})

    async def untag(self, reference: str) -> None:
        """Remove this name only."""
        await self._gone_is_fine("/images/{}", reference, params={"force": 0, "noprune": 0})

    async def create(self, name: str, spec: Document) -> str:
        """Create a container from a raw create document; return its ID."""
        limit, params = self._at_least(CHANGE_S), {"name": name}
        ask = self._calls.request("POST", "/containers/create", params=params, body=spec, deadline_s=limit)
        # Read where a broken answer still counts as one: the container may be there.
        return str(await self._calls.alter(lambda: checked(parse_json(ask()), MADE)["Id"], limit))

    async def start(self, container: str) -> None:
        """Start it."""
        await self._change("POST", "/containers/{}/start", container)

    async def stop(self, container: str, grace_s: int) -> None:
        """Stop it within `grace_s`; a negative one means that it is never killed."""
        limit = max(self._at_least(0), grace_s + STOP_MARGIN_S) if grace_s >= 0 else _FOR_EVER_S
        ask = partial(
            self._calls.change, "POST", "/containers/{}/stop", container, params={"t": grace_s}, deadline_s=limit
        )
        try:
            await ask()
        except EngineError as error:
            if "paused" not in error.message:
                raise
            await self.unpause(container)  # Podman refuses what Docker does by itself
            await ask()

    async def pause(self, container: str) -> None:
        """Freeze its processes."""
        await self._change("POST", "/containers/{}/pause", container)

    async def unpause(self, container: str) -> None:
        """Let its processes go on."""
        await self._change("POST", "/containers/{}/unpause", container)

    async def rename(self, container: str, name: str) -> None:
        """Rename it."""
        await self._change("POST", "/containers/{}/rename", container, params={"name": name})

    async def remove(self, container: str, *, volumes: bool) -> None:
        """Remove a stopped container."""
        await self._gone_is_fine("/containers/{}", container, params={"v": int(volumes), "force": 0})

    async def set_restart_policy(self, container: str, policy: Document) -> None:
        """Change the restart policy alone. Podman before 5 can't, and starts nothing by itself while it runs."""
        ask = partial(self._change, "POST", "/containers/{}/update", container, body={"RestartPolicy": policy})
        try:
            await _until_its_end_is_known(ask)
        except EngineError as error:
            if type(error) is not EngineError or error.status != 404 or not is_podman(self._version):
                raise

    async def connect(self, network: str, container: str, endpoint: Document) -> None:
        """Join a network."""
        body = {"Container": container, "EndpointConfig": endpoint}
        await self._membership("connect", network, container, body, wanted=True)

    async def disconnect(self, network: str, container: str) -> None:
        """Leave a network."""
        await self._membership("disconnect", network, container, {"Container": container}, wanted=False)

    async def _membership(self, verb: str, network: str, container: str, body: Document, *, wanted: bool) -> None:
        """Join or leave. Engines disagree about the error when it is so already, so look instead of matching words."""
        try:
            await self._change("POST", f"/networks/{{}}/{verb}", network, body=body)
        except EngineError as error:
            if error.status and await self._is_member(network, container) is wanted:
                return
            raise

    async def _is_member(self, network: str, container: str) -> bool:
        settings = (await self.inspect(container)).get("NetworkSettings") or {}
        networks: dict[str, Any] = settings.get("Networks") or {}
        return network in networks or any(network == each.get("NetworkID") for each in networks.values())

    async def _change(self, method: str, path: str, *args: str, **options: Any) -> bytes:
        return await self._calls.change(method, path, *args, deadline_s=self._at_least(CHANGE_S), **options)

    async def _gone_is_fine(self, path: str, what: str, **options: Any) -> None:
        try:
            await self._change("DELETE", path, what, **options)
        except NoSuchObject:
            return

    def _at_least(self, seconds: float) -> float:
        return max(self._calls.timeout_s, seconds)


async def _until_its_end_is_known(ask: Callable[[], Awaitable[object]]) -> None:
    """Docker hears of the end of a container a moment later, and until then runc refuses to change it (500)."""
    for _ in range(_END_LOOKS):
        try:
            await ask()
            return
        except EngineError as error:
            if not error.is_internal:
                raise
        await asyncio.sleep(_END_PAUSE_S)
    await ask()


def _follow(lines: Generator[Document, None, None], on_layer: OnLayer) -> None:
    with closing(lines):  # an error line leaves the rest unread, and the connection open
        follow(lines, on_layer)


def _from_thread(on_layer: OnLayer) -> OnLayer:
    """Return what calls `on_layer` on the event loop, wherever it is called itself."""
    loop = asyncio.get_running_loop()

    def tell(layer: str, status: str, done: int, total: int) -> None:
        loop.call_soon_threadsafe(on_layer, layer, status, done, total)

    return tell
