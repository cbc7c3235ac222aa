"""A host goes away while a container on it is swapped. (A module of its own: most of its time is patience.)"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.watching import rows, wait_for_step
from tests.e2e.yard import yard
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
SLOW = {"verify": {"stable_for": "60s"}}


def test_a_host_that_is_lost_during_a_swap_is_recovered_when_it_is_back(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": {"url": engine.tcp_url}}, update=SLOW)
    with yard(engine, registry, tmp_path.name) as found:
        found.plant(["web"])
        with dockmon.start("update", "apply", "web", "--yes", "-o", "json") as process:
            wait_for_step(dockmon, process, "verify")
            engine.unplug()
            out, err = process.communicate(timeout=200)
        document = json.loads(out)
        assert (process.returncode, document["items"][0]["result"]) == (1, "interrupted"), err
        assert "update recover" in document["errors"][0]["hint"]
        early = dockmon.json("update", "recover")
        assert (early.code, early.items) == (1, [])
        assert {"unreachable", "timeout"} & {error["code"] for error in early.errors}

        engine.plug()
        late = dockmon.json("update", "recover")
        assert (late.code, late.results()) == (0, {"web": "rolled_back"})
        assert found.faults("web") == []
        assert found.is_original("web")
        assert found.left_behind() == []
        assert [row.phase for row in rows(dockmon)] == ["closed"]
