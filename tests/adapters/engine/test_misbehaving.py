"""What answers instead of an engine, or not at all: told apart, cut off in time, and nothing left hanging."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.errors import CutOff, DockmonError, HostError, ReadOnly
from dockmon_cli.core.hosts import Host
from tests.lab.servers import BrokenServer, HtmlServer, drip, garbage, half_answer, reset, silence
from tests.lab.servers.http import Answer, HttpServer, Question

HERE = "127.0.0.1"
VERSION = b'{"ApiVersion": "1.45", "MinAPIVersion": "1.24", "Version": "26.1.5", "Os": "linux", "Arch": "amd64"}'


class Scripted(HttpServer):
    """Speaks enough of Docker's API to be taken for an engine; `say` answers the rest."""

    def __init__(self, say: Callable[[Question], Answer]) -> None:
        super().__init__(HERE)
        self._say = say

    def answer(self, question: Question) -> Answer:
        return Answer(200, VERSION) if question.path == "/version" else self._say(question)


class Always(HttpServer):
    """Gives one answer to everything."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(HERE)
        self._answer = answer

    def answer(self, question: Question) -> Answer:
        return self._answer


def failure(url: str, timeout_s: float = 5) -> DockmonError:
    """Open the host and return why it can't be."""

    async def run() -> None:
        async with DockerEngines(SystemClock()).open(Host("id", "nas", url), timeout_s=timeout_s):
            pass

    with pytest.raises(DockmonError) as caught:
        asyncio.run(run())
    assert caught.value.host == "nas"
    return caught.value


@pytest.mark.parametrize("status", [200, 301, 404, 500])
def test_a_web_page_is_no_engine(status: int) -> None:
    with HtmlServer(HERE, status) as server:
        error = failure(f"tcp://{server.host}")
    assert error.code == "not_an_engine"
    assert error.hint


def test_garbage_is_no_engine() -> None:
    with BrokenServer(HERE, garbage) as server:
        assert failure(f"tcp://{server.host}").code == "not_an_engine"


@pytest.mark.parametrize("misbehave", [half_answer, reset])
def test_an_answer_that_ends_half_way_is_a_broken_one(misbehave: Callable[..., None]) -> None:
    with BrokenServer(HERE, misbehave) as server:
        assert failure(f"tcp://{server.host}").code == "broken_answer"


@pytest.mark.parametrize("misbehave", [silence, drip])
def test_silence_and_dripping_are_cut_off_at_the_time_out(misbehave: Callable[..., None]) -> None:
    with BrokenServer(HERE, misbehave) as server:
        begun = time.monotonic()
        error = failure(f"tcp://{server.host}", timeout_s=0.5)
        assert time.monotonic() - begun < 10
    assert (error.code, error.message) == ("timeout", "timed out after 0.5 s")


def test_a_plain_answer_to_a_plain_request_on_a_tls_port_tells_that_tls_is_expected() -> None:
    with Always(Answer(400, b"Client sent an HTTP request to an HTTPS server.\n")) as server:
        error = failure(f"tcp://{server.host}")
    assert (error.code, error.exit_code) == ("tls_expected", 4)


def test_an_engine_newer_than_we_know_is_told_as_such() -> None:
    with Always(Answer(200, b'{"ApiVersion": "1.99", "MinAPIVersion": "1.90"}')) as server:
        error = failure(f"tcp://{server.host}")
    assert error.code == "unsupported"
    assert "1.90" in error.message


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"ApiVersion": 7}', b'{"ApiVersion": "1.x"}', b'"1.45"', b"null"])
def test_json_that_is_not_docker_s_is_no_engine(body: bytes) -> None:
    with Always(Answer(200, body)) as server:
        assert failure(f"tcp://{server.host}").code == "not_an_engine"


def test_a_missing_socket_and_a_file_that_is_none_are_refused(tmp_path: Path) -> None:
    assert failure(f"unix://{tmp_path}/none.sock").code == "refused"
    (tmp_path / "file").touch()
    assert failure(f"unix://{tmp_path}/file").code == "not_an_engine"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(tmp_path / "left.sock"))
    assert failure(f"unix://{tmp_path}/left.sock").code == "refused"


def test_a_name_that_dns_does_not_know_is_told_as_such() -> None:
    assert failure("tcp://nobody.invalid:2375").code == "dns"


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
    parts = {"Config": {"Image": "db"}, "HostConfig": {}, "State": {}, "NetworkSettings": {}}
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


def test_a_hanging_host_does_not_hold_up_the_end_of_the_program() -> None:
    script = (
        "import asyncio, sys\n"
        "from dockmon_cli.adapters.clock import SystemClock\n"
        "from dockmon_cli.adapters.engine.engines import DockerEngines\n"
        "from dockmon_cli.core.hosts import Host\n"
        "async def run():\n"
        "    async with DockerEngines(SystemClock()).open(Host('i', 'nas', sys.argv[1]), timeout_s=60): pass\n"
        "async def main():\n"
        "    task = asyncio.create_task(run())\n"
        "    await asyncio.sleep(0.5)\n"
        "    print('leaving', flush=True)\n"
        "asyncio.run(main())\n"
    )
    with BrokenServer(HERE, drip) as server:
        done = subprocess.run(
            [sys.executable, "-c", script, f"tcp://{server.host}"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, "leaving\n")
