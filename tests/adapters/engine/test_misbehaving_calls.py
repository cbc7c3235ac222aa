"""Calls that are forbidden, or whose answer breaks off or never comes, on an engine that opened well."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.errors import CutOff, DockmonError, HostError, ReadOnly
from dockmon_cli.core.hosts import Host
from tests.adapters.engine.test_misbehaving import HERE
from tests.lab.servers import BrokenServer
from tests.lab.servers.http import Answer, HttpServer, Question

VERSION = b'{"ApiVersion": "1.45", "MinAPIVersion": "1.24", "Version": "26.1.5", "Os": "linux", "Arch": "amd64"}'


class Scripted(HttpServer):
    """Speaks enough of Docker's API to be taken for an engine; `say` answers the rest."""

    def __init__(self, say: Callable[[Question], Answer]) -> None:
        super().__init__(HERE)
        self._say = say

    def answer(self, question: Question) -> Answer:
        return Answer(200, VERSION) if question.path == "/version" else self._say(question)


def test_a_proxy_that_forbids_changes_makes_the_host_read_only_and_not_down() -> None:
    def read_only_proxy(question: Question) -> Answer:
        return (
            Answer(403, b"<html><body><h1>403 Forbidden</h1></body></html>")
            if question.method == "POST"
            else Answer(200, b"{}")
        )

    async def run(url: str) -> str:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=5) as engine:
            with pytest.raises(ReadOnly) as caught:
                await engine.start("web")
            assert caught.value.hint
            return (await engine.info()).access

    with Scripted(read_only_proxy) as server:
        assert asyncio.run(run(f"tcp://{server.host}")) == "read_only"
        changed = [asked.path for asked in server.requests if asked.method != "GET" and "probe" not in asked.path]
    assert changed == ["/v1.45/containers/web/start"]


def test_a_changing_call_that_gets_no_answer_is_unknown_and_a_reading_one_is_a_time_out() -> None:
    unplugged = threading.Event()

    def hang(question: Question) -> Answer:
        unplugged.wait(10)
        return Answer(204)

    async def run(url: str) -> None:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=0.5) as engine:
            with pytest.raises(HostError) as read:
                await engine.inspect("web")
            assert read.value.code == "timeout"
            with pytest.raises(CutOff) as pulled:
                await engine.pull("web", "sha256:1", None, lambda *_: None, 0.5)
            assert pulled.value.host == "nas"

    with Scripted(hang) as server:
        asyncio.run(run(f"tcp://{server.host}"))
        unplugged.set()


def test_after_a_call_that_was_lost_with_its_connection_the_others_of_that_time_are_not_used() -> None:
    lost, together = threading.Event(), threading.Barrier(3)
    parts = {
        "Config": {"Image": "db"},
        "HostConfig": {},
        "State": {},
        "NetworkSettings": {},
        "Created": "2026-01-01T00:00:00Z",
    }
    container = json.dumps({"Id": "1", "Name": "/db", "Image": "", **parts}).encode()

    def until_lost(connection: socket.socket, closed: threading.Event) -> None:
        is_new = lost.is_set()
        connection.settimeout(0.05)
        while not closed.is_set():
            with suppress(TimeoutError):
                asked = connection.recv(4096)
                if lost.is_set() and not is_new:
                    continue
                if b"/web/" in asked:
                    together.wait(10)
                body = VERSION if b"/version" in asked else container
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async def run(url: str) -> None:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=1) as engine:
            await asyncio.gather(*(engine.inspect("web") for _ in range(3)))
            lost.set()
            with pytest.raises(HostError):
                await engine.inspect("db")
            assert (await engine.inspect("db"))["Id"] == "1"

    with BrokenServer(HERE, until_lost) as server:
        asyncio.run(run(f"tcp://{server.host}"))


def test_a_changing_call_whose_answer_breaks_off_is_unknown() -> None:
    async def run(server: Scripted, url: str) -> None:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=5) as engine:
            with pytest.raises(CutOff):
                await engine.start("web")

    with Scripted(lambda _: Answer(200, b"{}", {"Content-Length": "500", "Connection": "close"})) as server:
        asyncio.run(run(server, f"tcp://{server.host}"))


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null", b'{"Id": 1}'])
def test_a_create_whose_answer_names_no_container_may_have_made_one(answer: bytes) -> None:
    async def run(url: str) -> None:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=5) as engine:
            with pytest.raises(CutOff):
                await engine.create("web", {"Image": "web:1"})

    with Scripted(lambda _: Answer(201, answer)) as server:
        asyncio.run(run(f"tcp://{server.host}"))


def test_a_pull_that_says_nothing_any_more_is_cut_off_long_before_its_deadline() -> None:
    def one_line(connection: socket.socket, closed: threading.Event) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        while b"/images/create" not in connection.recv(4096):
            connection.sendall(head % len(VERSION) + VERSION)
        line = b'{"status": "Downloading", "id": "a"}\n'
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(line), line))
        closed.wait()

    async def run(url: str) -> list[str]:
        told: list[str] = []
        async with DockerEngines(SystemClock(), pull_silence_s=0.5).open(Host("id", "nas", url), timeout_s=5) as engine:
            with pytest.raises(CutOff, match=r"timed out after 0\.5 s"):
                await engine.pull("web", "sha256:1", None, lambda layer, *_: told.append(layer), 3600)
        return told

    with BrokenServer(HERE, one_line) as server:
        assert asyncio.run(run(f"tcp://{server.host}")) == ["a"]


def test_an_error_inside_a_pull_that_began_well_is_told_in_the_engine_s_words() -> None:
    lines = (
        b'{"status": "Pulling", "id": "a"}\n{"errorDetail": {"message": "toomanyrequests: slow down"}, "error": "x"}\n'
    )

    async def run(url: str) -> str:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=5) as engine:
            with pytest.raises(DockmonError) as caught:
                await engine.pull("web", "sha256:1", None, lambda *_: None, 5)
            return caught.value.message

    with Scripted(lambda _: Answer(200, lines)) as server:
        assert asyncio.run(run(f"tcp://{server.host}")) == "toomanyrequests: slow down"
