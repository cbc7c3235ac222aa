"""What is done inside one container: files read and written as tar archives, and commands run."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import json
import tarfile
import time
from datetime import UTC, datetime
from functools import partial
from itertools import chain, repeat
from typing import Any

from dockmon_cli.adapters.engine.answers import parse_json
from dockmon_cli.adapters.engine.calls import MARGIN_S, Calls
from dockmon_cli.adapters.engine.client import EngineClient
from dockmon_cli.adapters.engine.crew import SIZE
from dockmon_cli.adapters.engine.loglines import decode_log
from dockmon_cli.adapters.engine.shapes import EXEC, EXEC_ENDED, MADE, checked
from dockmon_cli.core.documents import parse_time
from dockmon_cli.core.errors import CutOff, EngineError, HostError
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.placed_files import LARGEST_FILE, FileContent, FileInfo

ARCHIVE = "/containers/{}/archive"
OUTPUT = 64 * 1024
ROOM_FOR_HEADERS = 64 * 1024
LOOKS_AT_ONCE = SIZE // 2
"""Of hundreds of looks at files, so that the host's other threads are there for everything else."""
FIRST_PAUSES_S, PAUSE_S = (0.05, 0.1, 0.2, 0.5), 1.0
"""Between looks at whether a command has ended, once its output has."""
# Go's os.FileMode: the permissions, and above them bits for what is no plain file.
_PERMISSIONS, _KIND = 0o777, 0x8F280000
_BROKEN = "the engine's answer about a file can't be read"


class InContainers:
    """The part of an engine that looks into containers."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def file_info(self, container: str, path: str) -> FileInfo:
        """What is at this path; links are not followed."""
        calls = self._calls
        work = partial(calls.client.head_of, ARCHIVE, container, params={"path": path})
        async with self._looks:  # the deadline of each begins when its turn comes
            headers = await calls.read(work, calls.timeout_s)
        return to_file_info(path, headers.get("X-Docker-Container-Path-Stat", ""))

    async def read_file(self, container: str, path: str) -> FileContent:
        """One file, bounded in size."""
        calls, limit = self._calls, LARGEST_FILE + ROOM_FOR_HEADERS
        work = partial(
            calls.client.raw,
            ARCHIVE,
            container,
            limit=limit,
            params={"path": path},
            timeout_s=calls.timeout_s + MARGIN_S,
        )
        return from_tar(path, await calls.read(work, calls.timeout_s))

    async def run_in(self, container: str, command: str, deadline_s: float) -> Ended:
        """Run a command to its end."""
        told = bytearray()
        work = partial(_run_to_end, self._calls.client, container, command, deadline_s, told)
        try:
            code = await self._calls.alter(work, deadline_s)
        except CutOff as error:
            error.output = decode_log(bytes(told), OUTPUT)
            raise
        return Ended(code, decode_log(bytes(told), OUTPUT))

    async def write_file(self, container: str, file: FileContent) -> None:
        """Put a file there with its owner, mode and time."""
        options = {"params": {"path": "/"}, "body": to_tar(file), "headers": {"Content-Type": "application/x-tar"}}
        await self._calls.change("PUT", ARCHIVE, container, deadline_s=self._calls.timeout_s, **options)


def _run_to_end(client: EngineClient, container: str, command: str, deadline_s: float, told: bytearray) -> int:
    """Return its exit code; what it prints comes into `told`.

    Without an upgraded connection the engine sends the output as a body that ends with the command.
    """
    body, limit_s = {"AttachStdout": True, "AttachStderr": True, "Cmd": ["sh", "-c", command]}, deadline_s + MARGIN_S
    answer = client.change("POST", "/containers/{}/exec", container, body=body, timeout_s=limit_s)
    made = checked(parse_json(answer), MADE)["Id"]
    options: dict[str, Any] = {"into": told, "keep": OUTPUT, "body": {"Detach": False}, "timeout_s": limit_s}
    client.to_the_end("POST", "/exec/{}/start", made, **options)
    return _exit_code(client, made, limit_s)


def _exit_code(client: EngineClient, made: str, limit_s: float) -> int:
    """Ask until the command has ended: nothing promises that its output's end is its own.

    A proxy ends a body on which nothing is said for a while, and a command that writes into files says nothing. Until
    then Docker has null for the exit code and Podman 0. Where it never ends, the call's deadline shuts the connection.
    """
    pauses = chain(FIRST_PAUSES_S, repeat(PAUSE_S))
    while (state := checked(client.get("/exec/{}/json", made, timeout_s=limit_s), EXEC))["Running"]:
        time.sleep(next(pauses))
    return int(checked(state, EXEC_ENDED)["ExitCode"])


def to_file_info(path: str, told: str) -> FileInfo:
    """Given what the header holds (JSON in base64), return it. Raise HostError (`broken_answer`) if it is none."""
    try:
        stat = json.loads(base64.b64decode(told, validate=True))
        mode, changed_at = int(stat["mode"]), parse_time(stat["mtime"])
        return FileInfo(path, mode & _PERMISSIONS, int(stat["size"]), changed_at, is_file=not mode & _KIND)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise HostError("broken_answer", _BROKEN) from error


def from_tar(path: str, archive: bytes) -> FileContent:
    """Given the archive of one path, return the file. Raise EngineError if it is none or was cut short."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            member = tar.next()
            stream = tar.extractfile(member) if member and member.isfile() else None
            data = stream.read(LARGEST_FILE + 1) if stream else b""
    except tarfile.TarError as error:
        raise EngineError(f"the archive of {path} can't be read: {error}") from error
    if member is None or stream is None:
        raise EngineError(f"{path} is no plain file")
    if len(data) > LARGEST_FILE or len(data) < member.size:
        raise EngineError(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB")
    changed_at = datetime.fromtimestamp(member.mtime, UTC)
    return FileContent(path, member.mode & _PERMISSIONS, member.uid, member.gid, changed_at, data)


def to_tar(file: FileContent) -> bytes:
    """Return an archive that holds the file at its whole path."""
    member = tarfile.TarInfo(file.path.lstrip("/"))
    member.size, member.mode, member.mtime = len(file.data), file.mode, int(file.changed_at.timestamp())
    member.uid, member.gid = file.uid, file.gid
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(member, io.BytesIO(file.data))
    return archive.getvalue()
