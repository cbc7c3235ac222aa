"""A Docker engine, as the services need it. One implementation serves unix, TCP, TLS, SSH and Podman hosts.

Every method has the deadline its host was opened with unless it says otherwise, and raises:
`HostError` when the host can't be asked, `EngineError` and its children when the engine answers with an error,
`CutOff` when a changing call got no answer, so that nobody knows whether it happened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from dockmon_cli.core.containers import Container
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.placed_files import FileContent, FileInfo
from dockmon_cli.core.registry_access import Credentials

OnLayer = Callable[[str, str, int, int], None]
"""Called while pulling with (layer ID, what happens to it, bytes done, bytes in all; 0 where unknown)."""


class Engine(Protocol):
    """An open connection to one engine."""

    @property
    def host(self) -> Host: ...

    async def info(self) -> EngineInfo:
        """What the engine says of itself; asked once per connection."""

    async def containers(self, *, all: bool) -> list[Container]:  # noqa: A002 - Docker's own word
        """The engine's list; `all` includes those that do not run. Temporary ones are included.

        It may trail a moment behind what `inspect` tells: Docker answers a change before it is in the list.
        """

    async def inspect(self, container: str) -> Document:
        """The whole document of one container, by name or ID. Raise NoSuchObject."""

    async def inspect_image(self, image: str) -> Document:
        """The whole document of one image, by reference or ID. Raise NoSuchObject."""

    async def tags(self) -> list[Document]:
        """The engine's image list (Id, RepoTags, RepoDigests, Labels, Size, Created of each)."""

    async def image_bytes(self) -> int | None:
        """Bytes on the engine's disk for the layers of all images, each layer once, as the engine counts them.

        None where it does not count them (Podman). Older engines count much else on the way, which may take a minute.
        """

    async def changes(self, container: str) -> list[Document]:
        """What the writable layer adds, changes and deletes: `Path` and `Kind` (1 is added)."""

    async def size_rw(self, container: str) -> int:
        """Bytes in the writable layer."""

    async def logs(self, container: str, *, tail: int) -> str:
        """The last lines of both streams, decoded, bounded in size."""

    async def file_info(self, container: str, path: str) -> FileInfo:
        """What is at this path in a container, running or not; links are not followed. Raise NoSuchObject."""

    async def read_file(self, container: str, path: str) -> FileContent:
        """One file, of at most `core.placed_files.LARGEST_FILE` bytes.

        Raise NoSuchObject where there is none, EngineError where it is larger or no file.
        """

    async def write_file(self, container: str, file: FileContent) -> None:
        """Put a file into a container, running or not, with its owner, mode and time; folders are made as needed.

        Podman gives it to the container's user instead.
        """

    async def run_in(self, container: str, command: str, deadline_s: float) -> Ended:
        """Run `sh -c command` in a running container to its end; of its output the first 64 KiB are kept.

        What counts is the command's own end, also where its output ends sooner or goes into files.

        Raise CutOff at the deadline, with what was printed (it may run on: no engine takes it back), Conflict where the
        container does not run, EngineError where it has no `sh`.
        """

    async def pull(
        self, repository: str, digest: str, credentials: Credentials | None, on_layer: OnLayer, deadline_s: float
    ) -> None:
        """Fetch `repository@digest`; moves no tag.

        Raise EngineError with the engine's own words, CutOff at the deadline.
        """

    async def tag(self, image: str, reference: str) -> None:
        """Make `reference` point to `image` (ID or reference); one without a tag is that of `latest`, as everywhere."""

    async def untag(self, reference: str) -> None:
        """Remove this name only, never by force. No error when it is gone already."""

    async def create(self, name: str, spec: Document) -> str:
        """Create a container from a raw create document; return its ID. Raise Conflict when the name is taken."""

    async def start(self, container: str) -> None:
        """Start it. No error when it runs already."""

    async def stop(self, container: str, grace_s: int) -> None:
        """Stop it, paused or not, within its stop time-out `grace_s`; waits that long plus a margin.

        No error when it is stopped.
        """

    async def pause(self, container: str) -> None: ...

    async def rename(self, container: str, name: str) -> None:
        """Rename it. Raise Conflict when the name is taken."""

    async def remove(self, container: str, *, volumes: bool) -> None:
        """Remove a stopped container; `volumes` also its own anonymous ones. No error when it is gone."""

    async def set_restart_policy(self, container: str, policy: Document) -> None:
        """Change the restart policy alone (`Name`, `MaximumRetryCount`).

        Podman before 5 can't: there it does nothing, as Podman starts nothing by itself while it runs.
        """

    async def connect(self, network: str, container: str, endpoint: Document) -> None:
        """Join a network with this endpoint configuration. No error when it is a member already."""

    async def disconnect(self, network: str, container: str) -> None:
        """Leave a network. No error when it is no member."""


class Engines(Protocol):
    """Opens connections to hosts."""

    def open(self, host: Host, *, timeout_s: float) -> AbstractAsyncContextManager[Engine]:
        """Connect and negotiate; on leaving, close everything that was opened, helper processes too.

        Raise HostError with the code that tells why the host can't be asked. `timeout_s` bounds the
        connection and each later call that names no limit of its own.
        """
