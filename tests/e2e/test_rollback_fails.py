"""A rollback is proven like any update, and refused where it makes no sense."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, inspect, serves
from tests.lab import Engine, Registry

NOT_TWICE = {"/bin/serve": "#!/bin/sh\ntest ! -e /data/used || exit 9\ntrap exit TERM\nsleep 1000 & wait\n"}


def test_one_that_does_not_prove_itself_leaves_what_runs(engine: Engine, registry: Registry, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    old = registry.push("back/web", "1", **serves("old", files=NOT_TWICE, volumes=["/data"]))
    engine.docker("run", "-d", "--name", "web", old.ref)
    nothing = dockmon.json("update", "rollback", "nas/web", "--yes")
    assert (nothing.code, nothing.errors[0]["code"]) == (1, "not_found")
    registry.push("back/web", "1", **serves("new", volumes=["/data"]))
    (update,) = dockmon.json("update", "apply", "web", "--yes").items
    engine.docker("exec", "web", "touch", "/data/used")
    runs = inspect(engine, "web")["Id"]
    done = dockmon.json("update", "rollback", "nas/web", "--to", update["op"][:6], "--yes")
    assert (done.code, done.item("web")["result"], done.item("web")["reason"]) == (1, "rolled_back", "exited")
    assert inspect(engine, "web")["Id"] == runs
    same = dockmon.json("update", "rollback", "nas/web", "--to", update["new"]["digest"], "--yes")
    assert (same.code, same.item("web")["result"]) == (0, "unchanged")
    assert dockmon("update", "rollback", "nas/web", "--to", "nope", "--yes").code == 5
    assert dockmon("update", "rollback", "nas/none", "--yes").code == 5
    refused = dockmon("update", "rollback", "nas/web")
    assert (refused.code, "--yes" in refused.err) == (2, True)
