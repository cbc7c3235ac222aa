"""What answers instead of an engine, or not at all: told apart, cut off in time, and nothing left hanging."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from tests.lab.servers import BrokenServer, HtmlServer, drip, garbage, half_answer, reset, silence
from tests.lab.servers.http import Answer, HttpServer, Question

HERE = "127.0.0.1"


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
