"""The disk of the state folder is full: no step is taken that could not be written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.watching import full_disk, rows, small_disk, wait_for_step
from tests.e2e.yard import Yard, yard
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
LONG = {"verify": {"stable_for": "4s"}}


@pytest.fixture
def field(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[Yard]:
    """A yard with one container, `web`."""
    with yard(engine, registry, tmp_path.name) as found:
        found.plant(["web"])
        yield found


def test_a_journal_that_cannot_be_opened_means_that_nothing_is_touched(field: Yard, tmp_path: Path) -> None:
    started = field.started("web")
    with small_disk(tmp_path / "state", "2m") as state:
        dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=LONG)
        assert dockmon("update", "check").code == 0
        with full_disk(state):
            done = dockmon.json("update", "apply", "web", "--yes")
        assert (done.code, [error["code"] for error in done.errors]) == (6, ["store"]), done
        assert (field.faults("web"), field.is_original("web"), field.started("web")) == ([], True, started)
        assert field.left_behind() == []


def test_a_disk_that_fills_up_half_way_brings_the_original_back(field: Yard, tmp_path: Path) -> None:
    with small_disk(tmp_path / "state", "2m") as state:
        dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=LONG)
        with dockmon.start("update", "apply", "web", "--yes", "-o", "json") as process:
            wait_for_step(dockmon, process, "verify")
            with full_disk(state):
                out, err = process.communicate(timeout=120)
        told = {(error["code"], error["target"]) for error in json.loads(out)["errors"]}
        assert (process.returncode, ("store", "nas/web") in told) == (6, True), err
        assert (field.faults("web"), field.is_original("web"), field.left_behind()) == ([], True, [])

        assert dockmon.json("update", "recover").code == 0
        assert (field.faults("web"), field.is_original("web"), field.left_behind()) == ([], True, [])
        assert [row.phase for row in rows(dockmon)] == ["closed"]
