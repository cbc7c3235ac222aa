"""Commands in a container whose output ends before they do, as it does behind a proxy that cuts what says nothing."""

import asyncio
import json
from typing import Any

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.errors import CutOff, NoSuchObject
from dockmon_cli.core.hooks import Ended
from dockmon_cli.core.hosts import Host
from tests.lab.servers.http import Answer, HttpServer, Question

VERSION = {"ApiVersion": "1.45", "MinAPIVersion": "1.24", "Version": "26.1.5", "Os": "linux", "Arch": "amd64"}
DOCKER_RUNS, PODMAN_RUNS = {"Running": True, "ExitCode": None}, {"Running": True, "ExitCode": 0}
ENDED = {"Running": False, "ExitCode": 3}


class Execs(HttpServer):
    """Enough of an engine to run one command, whose output ends at once; `states` is what it tells of it, in turn.

    The last one stays.
    """

    def __init__(self, *states: Any, made: Any = None) -> None:
        super().__init__("127.0.0.1")
        self._states = list(states)
        self._made = {"Id": "e1"} if made is None else made

    def answer(self, question: Question) -> Answer:
        if question.path == "/version":
            return _json(VERSION)
        if question.path.endswith("/containers/web/exec"):
            return _json(self._made, 201)
        if question.path.endswith("/exec/e1/start"):
            return Answer(200, b"\x01\0\0\0\0\0\0\x04one\n")
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return state if isinstance(state, Answer) else _json(state)


def _json(document: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode())


def run_in(server: Execs, deadline_s: float = 20) -> Ended:
    async def run() -> Ended:
        host = Host("id", "nas", f"tcp://{server.host}")
        async with DockerEngines(SystemClock()).open(host, timeout_s=5) as engine:
            return await engine.run_in("web", "dump", deadline_s)

    with server:
        return asyncio.run(run())


@pytest.mark.parametrize("running", [DOCKER_RUNS, PODMAN_RUNS])
def test_its_exit_code_is_read_when_it_has_ended_and_not_when_its_output_has(running: dict[str, Any]) -> None:
    assert run_in(Execs(running, running, running, ENDED)) == Ended(3, "one")


@pytest.mark.parametrize("running", [DOCKER_RUNS, PODMAN_RUNS])
def test_one_that_runs_on_is_cut_off_at_the_deadline(running: dict[str, Any]) -> None:
    with pytest.raises(CutOff, match=r"no answer within 0\.7 s"):
        run_in(Execs(running), 0.7)


@pytest.mark.parametrize(
    "state", [{"Running": False, "ExitCode": None}, {"Running": False}, {"ExitCode": 0}, {"Running": None}, [], "x"]
)
def test_an_answer_without_its_end_tells_nothing_about_it(state: Any) -> None:
    with pytest.raises(CutOff, match="not what Docker's API promises"):
        run_in(Execs(state))


def test_an_answer_without_its_id_tells_nothing_about_it() -> None:
    with pytest.raises(CutOff, match="its Id"):
        run_in(Execs(ENDED, made={"id": 1}))


def test_one_that_went_with_its_container_is_an_error_in_the_engines_words() -> None:
    gone = Answer(404, b'{"message": "No such exec instance: e1"}')
    with pytest.raises(NoSuchObject, match="No such exec instance"):
        run_in(Execs(DOCKER_RUNS, gone))
