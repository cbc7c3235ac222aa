"""5: dockmon killed, or the engine with it. A few points here; the sweep over all of them is `test_kill_sweep.py`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.sweep import Point, Sweep, named
from tests.e2e.yard import events, yard
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
BEFORE_THE_STOP = Point("before", "stop begun")
AFTER_THE_STOP = Point("before", "set_aside begun")
BEFORE_THE_END = Point("after", "commit: committed")
IN_THE_MIDDLE = Point("after", "verify begun")


@pytest.fixture
def sweep(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[Sweep]:
    with yard(engine, registry, tmp_path.name) as found:
        yield Sweep(tmp_path, found)


def test_05_killed_at_any_step_the_next_run_leaves_one_of_both_and_nothing_half_named(sweep: Sweep) -> None:
    killed = named("k", [BEFORE_THE_STOP, AFTER_THE_STOP, BEFORE_THE_END])
    with_engine = named("e", [AFTER_THE_STOP, IN_THE_MIDDLE])
    sweep.yard.plant([*killed, *with_engine])
    moment = time.time()

    sweep.kill("apply", killed)
    sweep.assert_recovered(list(killed))
    assert [name for name in killed if not sweep.yard.is_original(name)] == ["k02"]
    assert most_at_once(sweep, moment) == 1, "two on one volume"

    for name in killed:
        sweep.yard.uproot(name)  # an engine that crashed leaves stopped what it had to end before it starts
    sweep.kill("apply", with_engine)
    sweep.yard.engine.kill()
    sweep.yard.engine.start()
    sweep.assert_recovered(list(with_engine))
    assert all(sweep.yard.is_original(name) for name in with_engine)


def most_at_once(sweep: Sweep, moment: float) -> int:
    """How many containers of one name ran at the same time, at the most, since a moment at which each was one."""
    running, most = Counter[str](), 1
    for event in events(sweep.yard.engine, moment, "die", "start"):
        name = str(event["Actor"]["Attributes"]["name"]).partition(".")[0]
        running[name] += 1 if event["Action"] == "start" else -1
        most = max(most, 1 + running[name])
    return most
