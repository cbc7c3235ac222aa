"""dockmon or the engine is killed at some step of a swap, and `dockmon update recover` brings it to a good end.

Each swap of a sweep is a process of its own (`tests.e2e.killer`), which runs dockmon's services on the real engine and
the real store, and dies by SIGKILL just before or just after one line of the journal is on disk. Then the real command
recovers them all, once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.killer import Job, to_text
from tests.e2e.watching import wait_for_step
from tests.e2e.yard import State, Yard, events, yard
from tests.kinds import LAB_KINDS, docker_kinds
from tests.lab import Engine, Registry
from tests.lab.processes import plain_environment
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab
QUICK = {"verify": {"stable_for": "300ms"}}
SLOW = {"verify": {"stable_for": "60s"}}
KILLED = -9
EVERYTHING = len(LAB_KINDS) > 1
Point = tuple[int, Literal["before", "after"], str]


class Sweep:
    """Kills and recovers on one engine."""

    def __init__(self, folder: Path, yard: Yard):
        self.yard = yard
        self.dockmon = Dockmon(folder, {"nas": yard.engine}, update=QUICK)
        self.said = ""
        self._folder = folder

    def lines(self, verb: Literal["apply", "recover"], name: str) -> list[str]:
        """Do one job without a death and return the names of the lines that it wrote."""
        record = self._folder / f"{verb}-{name}"
        assert self._run([self._job(verb, name, record=str(record))]) == [0], self.said
        return record.read_text().splitlines()

    def kill(self, verb: Literal["apply", "recover"], victims: dict[str, Point]) -> None:
        """Let a process for each of these containers die at its point."""
        jobs = [self._job(verb, name, line=line, when=when) for name, (line, when, _) in victims.items()]
        ends = dict(zip(victims.items(), self._run(jobs), strict=True))
        assert {victim: end for victim, end in ends.items() if end != KILLED} == {}, self.said

    def _job(self, verb: Literal["apply", "recover"], name: str, **more: object) -> Job:
        return Job(verb, "nas", name, str(self.dockmon.state), str(self.dockmon.config), **more)  # type: ignore[arg-type]

    def _run(self, jobs: Sequence[Job]) -> list[int]:
        """Run jobs in processes of their own and return how each ended."""
        argv = [sys.executable, "-m", "tests.e2e.killer"]
        env, root = plain_environment(HOME=str(self.dockmon.home)), Path(__file__).parents[2]
        done = subprocess.run(
            argv, input=to_text(jobs), env=env, cwd=root, capture_output=True, text=True, timeout=280, check=False
        )
        self.said = done.stderr
        assert done.returncode == 0, done.stderr
        ends: list[int] = json.loads(done.stdout)
        return ends

    def assert_recovered(self, names: Sequence[str]) -> None:
        """`update recover` finishes exactly these, and leaves each as it has to be; a second one does nothing."""
        recovered = self.dockmon.json("update", "recover")
        assert recovered.code == 0, recovered
        assert sorted(item["name"] for item in recovered.items) == sorted(names)
        faults = {name: found for name in self.yard.plants if (found := self.yard.faults(name))}
        assert faults == {}, recovered
        assert self.yard.left_behind() == []
        assert self.yard.volumes() == self.yard.used_volumes()
        moment = time.time()
        again = self.dockmon.json("update", "recover")
        assert (again.code, again.items, again.errors) == (0, [], [])
        assert events(self.yard.engine, moment) == []


def points(lines: Sequence[str]) -> list[Point]:
    """Where to kill: when the intent of a step is on disk, and when a step is done but not on record.

    The end of a step goes to disk together with the next intent, so that each line is met from both sides.
    """
    after = [(place, "after", line) for place, line in enumerate(lines[:-1])]
    before = [(place, "before", line) for place, line in enumerate(lines)]
    return [*after, *before[1:]]  # type: ignore[list-item]


def named(letter: str, where: Sequence[Point]) -> dict[str, Point]:
    """Give a container to each point."""
    return {f"{letter}{number:02}": point for number, point in enumerate(where)}


@pytest.fixture
def sweep(
    tmp_path: Path, registry: Registry, engine_of: Callable[[str], Engine], request: pytest.FixtureRequest
) -> Iterator[Sweep]:
    """A sweep on the kind of engine that the test asks for."""
    with yard(engine_of(request.param), registry, tmp_path.name) as found:
        yield Sweep(tmp_path, found)


@pytest.mark.parametrize("sweep", LAB_KINDS, indirect=True)
@pytest.mark.parametrize(
    ("state", "starts_first"), [("running", False), ("paused", False), ("stopped", False), ("running", True)]
)
def test_killed_at_any_line_of_an_update_it_is_recovered(sweep: Sweep, state: State, starts_first: bool) -> None:
    sweep.yard.plant(["whole"], state, starts_first=starts_first)
    lines = sweep.lines("apply", "whole")
    assert (lines[0], lines[-1]) == ("opened", "closed"), sweep.said
    where = points(lines)
    every = 1 if EVERYTHING or (state == "running" and not starts_first) else 4 if starts_first else 6
    victims = named("k", where[::every])
    sweep.yard.plant(victims, state, starts_first=starts_first)

    sweep.kill("apply", victims)

    sweep.assert_recovered(list(victims))
    committed = {
        name for name, (line, when, _) in victims.items() if line + (when == "after") > lines.index("commit: committed")
    }
    assert {name for name in sweep.yard.plants if not sweep.yard.is_original(name)} == {"whole", *committed}


@pytest.mark.parametrize("sweep", LAB_KINDS, indirect=True)
def test_killed_at_any_line_of_an_update_of_a_group_both_are_recovered(sweep: Sweep) -> None:
    def plant(names: Sequence[str]) -> None:
        page: Recipe = {"files": {"/www/index.html": "here"}}
        sweep.yard.plant(names, old=page, new=page)
        sweep.yard.tie(names)

    plant(["whole"])
    lines = sweep.lines("apply", "whole")
    where = points(lines)
    victims = named("g", where if EVERYTHING else where[::9])
    plant(list(victims))

    sweep.kill("apply", victims)

    sweep.assert_recovered(list(victims))
    assert {name: found for name in sweep.yard.plants if (found := sweep.yard.faults_of_tied(name))} == {}
    committed = {
        name for name, (line, when, _) in victims.items() if line + (when == "after") > lines.index("commit: committed")
    }
    assert committed
    assert {name for name in sweep.yard.plants if not sweep.yard.is_original(name)} == {"whole", *committed}


@pytest.mark.parametrize("sweep", LAB_KINDS, indirect=True)
def test_killed_again_at_any_line_of_the_recovery_it_is_recovered(sweep: Sweep) -> None:
    sweep.yard.plant(["whole", "back", "forth"])
    lines = sweep.lines("apply", "whole")
    deaths: dict[str, Point] = {
        "back": (lines.index("commit begun"), "after", ""),
        "forth": (lines.index("commit: committed"), "after", ""),
    }
    sweep.kill("apply", deaths)
    victims = {
        way: named(way, [p for p in points(sweep.lines("recover", way)) if EVERYTHING or p[1] == "before"])
        for way in deaths
    }
    sweep.yard.plant([name for names in victims.values() for name in names])
    sweep.kill("apply", {name: deaths[way] for way, names in victims.items() for name in names})

    sweep.kill("recover", {**victims["back"], **victims["forth"]})

    sweep.assert_recovered([*victims["back"], *victims["forth"]])
    assert all(sweep.yard.is_original(name) == (name in ("back", *victims["back"])) for name in sweep.yard.plants)


SAMPLE = (
    "lock begun", "stop begun", "set_aside begun", "create begun", "return_tag begun", "verify begun",
    "remove_old begun", "drop_new_tag begun",
)  # fmt: skip


@pytest.mark.parametrize("sweep", docker_kinds("20.10"), indirect=True)
def test_the_engine_is_killed_with_dockmon_and_comes_back(sweep: Sweep) -> None:
    sweep.yard.plant(["whole"])
    lines = sweep.lines("apply", "whole")
    sweep.yard.uproot("whole")
    victims = named("e", [(lines.index(line), "after", line) for line in SAMPLE])
    deep = [victims[name] for name in ("e01", "e04", "e05")]
    paused, idle = named("p", deep), named("s", [(line - 4, when, name) for line, when, name in deep])
    sweep.yard.plant(victims)
    sweep.yard.plant(paused, "paused")
    sweep.yard.plant(idle, "stopped")
    sweep.kill("apply", {**victims, **paused, **idle})

    sweep.yard.engine.kill()
    sweep.yard.engine.start()

    sweep.assert_recovered([*victims, *paused, *idle])


def test_the_engine_is_killed_under_dockmon_and_comes_back(engine: Engine, registry: Registry, tmp_path: Path) -> None:
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=SLOW)
    with yard(engine, registry, tmp_path.name) as found:
        found.plant(["web"])
        with dockmon.start("update", "apply", "web", "--yes", "-o", "json") as process:
            wait_for_step(dockmon, process, "verify")
            engine.kill()
            engine.start()
            out, err = process.communicate(timeout=120)
        assert (process.returncode, json.loads(out)["items"][0]["result"]) == (1, "rolled_back"), err
        assert found.faults("web") == []
        assert found.is_original("web")
        assert found.left_behind() == []
