"""dockmon never stops itself half way: its own container is left alone, the others on its engine are updated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.inside import dockmon_inside, run_inside
from tests.e2e.looking import inspect, serves
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab


@pytest.fixture(params=docker_kinds("20.10", "26.1-containerd"))
def engine(request: pytest.FixtureRequest, engine_of: Callable[[str], Engine]) -> Engine:
    return engine_of(request.param)


def test_the_container_that_dockmon_runs_in_is_skipped_with_instructions(engine: Engine, registry: Registry) -> None:
    images = {name: registry.push(f"own/{name}", "1", **serves("old")) for name in ("self", "web")}
    run_inside(engine, "self", images["self"].ref)
    engine.docker("run", "-d", "--name", "web", images["web"].ref)
    before = {name: inspect(engine, name) for name in images}
    for name in images:
        registry.push(f"own/{name}", "1", **serves("new"))
    done = dockmon_inside(engine, "self", "update", "apply", "--all", "--yes", "--force")
    assert done.code == 0, done
    assert done.results() == {"self": "skipped", "web": "updated"}
    assert inspect(engine, "web")["Id"] != before["web"]["Id"]
    named = dockmon_inside(engine, "self", "update", "apply", "self", "--yes", "--force")
    assert (named.code, named.item("self")["reason"]) == (1, "dockmon")
    assert "from outside" in named.errors[0]["hint"]
    after = inspect(engine, "self")
    assert (after["Id"], after["State"]["StartedAt"]) == (before["self"]["Id"], before["self"]["State"]["StartedAt"])
    assert engine.docker("ps", "-a", "--format", "{{.Names}}").split() == ["web", "self"]
