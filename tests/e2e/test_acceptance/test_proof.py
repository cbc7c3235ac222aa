"""1, 2 and 3: a new image that does not prove itself leaves the original running, and one that is slow gets its time.

All of them are updated at once, before the first test looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.driver import Run
from tests.e2e.here import DockmonHere
from tests.e2e.looking import Document, inspect_all
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
SECOND = 1_000_000_000
NEW_IMAGES: dict[str, Any] = {
    "nothing": {"cmd": ["/no/such/program"]},
    "sick": {"healthcheck": "exit 1"},
    "slow": {
        "cmd": ["sh", "-c", "sleep 3; touch /ready; trap exit TERM; sleep 1000 & wait"],
        "healthcheck": {
            "Test": ["CMD-SHELL", "test -e /ready"],
            "Interval": SECOND,
            "Timeout": 5 * SECOND,
            "StartPeriod": 60 * SECOND,
            "Retries": 1,
        },
    },
    "brief": {"cmd": ["sh", "-c", "sleep 2; exit 7"]},
    "loops": {"cmd": ["sh", "-c", "exit 1"]},
}
STABLE_FOR = {"verify": {"stable_for": "4s"}, "max_parallel": 5}
SICK_LIMIT_S = 30
"""How long an image with a health check as quick as that of `sick` has for its proof."""


@dataclass(frozen=True)
class Tried:
    """What one update of each came to, the one that can't start alone, the others together; how long proofs took."""

    alone: Run
    together: Run
    proof_s: dict[str, float]
    old: dict[str, Document]
    now: dict[str, Document]

    def assert_original(self, name: str) -> None:
        """The container from before runs under its name, and nothing else is there."""
        old, now = self.old[name], self.now[name]
        assert (now["Id"], now["State"]["Status"], now["Name"]) == (old["Id"], "running", f"/{name}")
        assert now["HostConfig"]["RestartPolicy"] == old["HostConfig"]["RestartPolicy"]

    def told(self, name: str) -> tuple[str, str | None]:
        """Its result and the reason."""
        item = self.together.item(name)
        return item["result"], item["reason"]


@pytest.fixture(scope="module", params=docker_kinds())
def tried(
    request: pytest.FixtureRequest,
    _shared_engine: Callable[[str], Engine],
    _shared_registry: Registry,
    tmp_path_factory: pytest.TempPathFactory,
) -> Tried:
    engine = _shared_engine(request.param)
    engine.clean()
    for name, recipe in NEW_IMAGES.items():
        old = _shared_registry.push(f"swap/{name}", "1", seed="old")
        engine.docker("run", "-d", "--name", name, "--restart", "no" if name == "brief" else "always", old.ref)
        _shared_registry.push(f"swap/{name}", "1", seed="new", **recipe)
    before = inspect_all(engine, *NEW_IMAGES)
    dockmon = DockmonHere(tmp_path_factory.mktemp("proof"), {"nas": engine}, update=STABLE_FOR)
    alone = dockmon.json("update", "apply", "nothing", "--yes")
    together = dockmon.json("update", "apply", *(name for name in NEW_IMAGES if name != "nothing"), "--yes")
    assert sorted(engine.docker("ps", "-a", "--format", "{{.Names}}").split()) == sorted(NEW_IMAGES)
    history = dockmon.json("update", "history").items
    return Tried(
        alone, together, {row["name"]: _proof_s(row) for row in history}, before, inspect_all(engine, *NEW_IMAGES)
    )


def _proof_s(row: Document) -> float:
    return sum(float(step["duration_s"]) for step in row["steps"] if step["name"] == "verify")


def test_01_a_new_image_whose_command_does_not_exist_brings_the_original_back_with_its_id(tried: Tried) -> None:
    (item,) = tried.alone.items
    assert (item["name"], item["result"], item["reason"]) == ("nothing", "rolled_back", "start_failed")
    assert tried.alone.code == 1
    tried.assert_original("nothing")


def test_02_one_that_turns_unhealthy_is_rolled_back_in_time_and_one_that_starts_slowly_is_not(tried: Tried) -> None:
    assert tried.told("sick") == ("rolled_back", "unhealthy")
    assert tried.proof_s["sick"] < SICK_LIMIT_S
    tried.assert_original("sick")
    assert tried.told("slow") == ("updated", None)
    assert tried.now["slow"]["State"]["Health"]["Status"] == "healthy"
    assert tried.now["slow"]["Id"] != tried.old["slow"]["Id"]


def test_03_one_that_dies_after_two_seconds_or_restarts_in_a_loop_is_rolled_back(tried: Tried) -> None:
    assert tried.told("brief") == ("rolled_back", "exited")
    assert tried.told("loops") == ("rolled_back", "restarting")
    assert tried.together.code == 3
    for name in ("brief", "loops"):
        tried.assert_original(name)
