"""19: a container is in the state afterwards that it was in before, and one that only fails can receive its fix."""

from __future__ import annotations

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import SERVE, Document, inspect_all
from tests.e2e.states import in_states, run_in_states
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
AFTERWARDS = {"stopped": "created", "paused": "paused", "job": "created", "never": "created", "loops": "running"}
NAMES = (*AFTERWARDS, "gone")


def test_19_every_state_is_kept_and_a_restart_loop_receives_its_fix(
    engine: Engine, registry: Registry, quick: DockmonHere
) -> None:
    run_in_states(engine, registry.push("states", "1", **in_states("1", "#!/bin/sh\nexit 7\n")).ref)
    before = inspect_all(engine, *NAMES)
    registry.push("states", "1", **in_states("2", SERVE))

    said = quick.json("update", "apply", *NAMES, "--yes")
    between = inspect_all(engine, *NAMES)
    forced = quick.json("update", "apply", "gone", "--yes", "--force")
    after = inspect_all(engine, *NAMES)

    assert said.results() == dict.fromkeys(AFTERWARDS, "updated") | {"gone": "needs_confirmation"}, said
    assert (said.code, said.item("gone")["reason"], between["gone"]) == (3, "auto_remove", before["gone"])
    assert (forced.code, forced.results()) == (0, {"gone": "updated"}), forced
    assert [name for name in NAMES if after[name]["Id"] == before[name]["Id"]] == []
    assert {name: found["State"]["Status"] for name, found in after.items()} == AFTERWARDS | {"gone": "running"}
    assert restarts(after) == restarts(before)
    assert after["loops"]["Config"]["Labels"] == {"keep": "me"}
    assert "MINE=1" in after["gone"]["Config"]["Env"]
    assert engine.docker("exec", "gone", "ls", "/x") == "mine"


def restarts(found: dict[str, Document]) -> dict[str, tuple[str, bool]]:
    """What each one's user wants to happen when it ends."""
    settings = {name: document["HostConfig"] for name, document in found.items()}
    return {name: (each["RestartPolicy"]["Name"], each["AutoRemove"]) for name, each in settings.items()}
