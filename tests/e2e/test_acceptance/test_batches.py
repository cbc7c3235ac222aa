"""11 and 12: several at once: one failure stops nobody, and nobody waits, stopped, for the others."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import inspect_all, serves
from tests.e2e.yard import events
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
QUICK = {"verify": {"stable_for": "300ms"}, "max_parallel": 2}
NO_SUCH_COMMAND: dict[str, Any] = {"cmd": ["/no/such/program"]}
DEAF = "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n"


@pytest.fixture
def dockmon(tmp_path: Path, engine: Engine) -> DockmonHere:
    return DockmonHere(tmp_path, {"nas": engine}, update=QUICK)


def test_11_one_of_five_fails_and_the_other_four_are_updated(
    engine: Engine, registry: Registry, dockmon: DockmonHere
) -> None:
    names = ["one", "two", "three", "four", "five"]
    for name in names:
        engine.docker("run", "-d", "--name", name, registry.push(f"five/{name}", "1", **serves(f"{name} one")).ref)
        broken = NO_SUCH_COMMAND if name == "three" else {}
        registry.push(f"five/{name}", "1", **serves(f"{name} two", **broken))
    before = inspect_all(engine, *names)

    done = dockmon.json("update", "apply", "--all", "--yes")

    assert done.code == 3, done
    assert done.results() == {name: "rolled_back" if name == "three" else "updated" for name in names}
    after = inspect_all(engine, *names)
    assert [name for name in names if after[name]["Id"] == before[name]["Id"]] == ["three"]
    assert {document["State"]["Status"] for document in after.values()} == {"running"}


def test_12_six_that_take_long_to_stop_are_each_down_for_their_own_time_only(
    engine: Engine, registry: Registry, dockmon: DockmonHere
) -> None:
    names = [f"slow{number}" for number in range(6)]
    for name in names:
        image = registry.push(f"slow/{name}", "1", **serves(f"{name} one", files={"/bin/serve": DEAF})).ref
        engine.docker("run", "-d", "--name", name, "--stop-timeout", "1", image)
        registry.push(f"slow/{name}", "1", **serves(f"{name} two"))
    moment = time.time()

    done = dockmon.json("update", "apply", *names, "--yes")

    assert done.results() == dict.fromkeys(names, "updated"), done
    told = [
        (event["Action"], event["Actor"]["Attributes"]["name"].removesuffix(".dockmon-old"))
        for event in events(engine, moment, "kill", "die", "start")
    ]
    # It does not hear the first signal, so it is sent another one; its own start is the next that happens to it.
    for name in names:
        assert [action for action, who in told if who == name] == ["kill", "kill", "die", "start"], told
    down, most = set[str](), 0
    for action, name in told:
        down = down - {name} if action == "start" else down | {name}
        most = max(most, len(down))
    assert most <= 2, told
