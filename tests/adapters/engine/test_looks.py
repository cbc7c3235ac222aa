"""Hundreds of looks at files: some at once, and none is late because others come first."""

import asyncio
import base64
import json
import time
from threading import Lock

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.adapters.engine.in_containers import LOOKS_AT_ONCE
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.placed_files import FileInfo
from tests.lab.servers.http import Answer, HttpServer, Question

VERSION = b'{"ApiVersion": "1.45", "MinAPIVersion": "1.24", "Version": "26.1.5", "Os": "linux", "Arch": "amd64"}'
STAT = {"name": "x", "size": 7, "mode": 0o444, "mtime": "2026-11-20T12:00:07Z", "linkTarget": ""}
TIMEOUT_S, HELD_S = 3, 0.5


class SlowFiles(HttpServer):
    """An engine that takes its time over each file; `most` is how many it was asked for at once."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1")
        self._count = Lock()
        self._now = self.most = 0

    def answer(self, question: Question) -> Answer:
        if question.path == "/version":
            return Answer(200, VERSION)
        with self._count:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(HELD_S)
        with self._count:
            self._now -= 1
        told = base64.b64encode(json.dumps(STAT).encode()).decode()
        return Answer(200, headers={"X-Docker-Container-Path-Stat": told})


def test_more_looks_than_can_be_at_once_wait_for_their_turn_and_the_deadline_of_each_for_it() -> None:
    paths = [f"/run/secrets/{number}" for number in range(int(TIMEOUT_S / HELD_S + 1) * LOOKS_AT_ONCE)]

    async def look(url: str) -> list[FileInfo]:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=TIMEOUT_S) as engine:
            return await asyncio.gather(*(engine.file_info("web", path) for path in paths))

    with SlowFiles() as server:
        found = asyncio.run(look(f"tcp://{server.host}"))
    assert [(file.path, file.size, file.is_file) for file in found] == [(path, 7, True) for path in paths]
    assert server.most == LOOKS_AT_ONCE
