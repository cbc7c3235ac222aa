"""dockmon or the engine is killed at some step of a swap, and `dockmon update recover` brings it to a good end.

Each swap of a sweep is a process of its own (`tests.e2e.killer`), which runs dockmon's services on the real engine and
the real store, and dies by SIGKILL just before or just after one line of the journal is on disk. Then the real command
recovers them all, once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.plants import State
from tests.e2e.services import Services
from tests.e2e.shop import Shop
from tests.e2e.sweep import COMMITTED, Point, Sweep, committed, named, points
from tests.e2e.watching import wait_for_step
from tests.e2e.yard import yard
from tests.kinds import LAB_KINDS, docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab
SLOW = {"verify": {"stable_for": "60s"}}
EVERYTHING = len(LAB_KINDS) > 1


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
    every = 1 if EVERYTHING or (state == "running" and not starts_first) else 4 if starts_first else 6
    victims = named("k", points(lines)[::every])
    sweep.yard.plant(victims, state, starts_first=starts_first)

    sweep.kill("apply", victims)

    sweep.assert_recovered(list(victims))
    sweep.assert_replaced({"whole", *committed(victims, lines)})


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
    assert committed(victims, lines)
    sweep.assert_replaced({"whole", *committed(victims, lines)})


OF_COMPOSE = {"return_tag begun", "copy_files begun", "start begun", COMMITTED}
"""Where the order of steps is compose's own, and where the new container gets its files."""


@pytest.mark.parametrize("sweep", docker_kinds(), indirect=True)
def test_killed_at_any_line_of_an_update_of_a_compose_service_compose_finds_it_as_it_was(
    sweep: Sweep, lab: Lab, tmp_path: Path
) -> None:
    services = Services(Shop(lab, sweep.yard.engine, tmp_path), sweep.yard)
    services.plant(["whole"])
    lines = sweep.lines("apply", "whole")
    steps = [line.removesuffix(" begun") for line in lines if line in OF_COMPOSE]
    assert steps == ["return_tag", "copy_files", "start", COMMITTED]
    victims = named("c", [point for point in points(lines) if EVERYTHING or point.name in OF_COMPOSE])
    services.plant(victims)

    sweep.kill("apply", victims)

    sweep.assert_recovered(list(victims))
    sweep.assert_replaced({"whole", *committed(victims, lines)})
    services.shop.assert_up_changes_nothing()


@pytest.mark.parametrize("sweep", LAB_KINDS, indirect=True)
def test_killed_again_at_any_line_of_the_recovery_it_is_recovered(sweep: Sweep) -> None:
    sweep.yard.plant(["back", "forth"])
    deaths = {"back": Point("after", "commit begun"), "forth": Point("after", COMMITTED)}
    sweep.kill("apply", deaths)
    victims = {
        way: named(
            way, [point for point in points(sweep.lines("recover", way)) if EVERYTHING or point.when == "before"]
        )
        for way in deaths
    }
    sweep.yard.plant([name for names in victims.values() for name in names])
    sweep.kill("apply", {name: deaths[way] for way, names in victims.items() for name in names})

    sweep.kill("recover", {**victims["back"], **victims["forth"]})

    sweep.assert_recovered([*victims["back"], *victims["forth"]])
    sweep.assert_replaced({"forth", *victims["forth"]})


SAMPLE = (
    "lock begun", "stop begun", "set_aside begun", "create begun", "return_tag begun", "verify begun",
    "remove_old begun", "drop_new_tag begun",
)  # fmt: skip
PAUSED = ("stop begun", "return_tag begun", "verify begun")
IDLE = ("lock begun", "set_aside begun", "create begun")


@pytest.mark.parametrize("sweep", docker_kinds("20.10"), indirect=True)
def test_the_engine_is_killed_with_dockmon_and_comes_back(sweep: Sweep) -> None:
    running, paused, idle = (
        named(letter, [Point("after", line) for line in where])
        for letter, where in (("e", SAMPLE), ("p", PAUSED), ("s", IDLE))
    )
    sweep.yard.plant(running)
    sweep.yard.plant(paused, "paused")
    sweep.yard.plant(idle, "stopped")
    sweep.kill("apply", {**running, **paused, **idle})

    sweep.yard.engine.kill()
    sweep.yard.engine.start()

    sweep.assert_recovered([*running, *paused, *idle])


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
