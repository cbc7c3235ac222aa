"""4: however a pull breaks, nothing was stopped for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.yard import Yard, yard
from tests.kinds import docker_kinds
from tests.lab import Lab, Registry
from tests.lab.servers.http import Answer, Question, RegistryFront
from tests.lab.servers.limited import BODY as TOO_MANY_REQUESTS

pytestmark = pytest.mark.lab
QUICK = {"verify": {"stable_for": "300ms"}}
BREAKS = {
    "limited": ("web", "rate_limited", 1),
    "refusing": ("web", "pull_failed", 1),
    "nonsense": ("web", "pull_failed", 1),
    "silent": ("web", "timeout", 8),
    # The last one: what it leaves on the disk is in the way of others.
    "too_big": ("big", "disk_full", 1),
}
"""How the pull breaks: whose it is, the reason that is given, and the exit code."""


class Faulty(RegistryFront):
    """A registry that serves dockmon and, depending on `mode`, fails the engine in what it asks with GET."""

    mode = "honest"

    def answer(self, question: Question) -> Answer:
        """Answer as the registry does, or as badly as the mode wants it."""
        agent = question.headers.get("user-agent", "")
        if question.method != "GET" or not any(word in agent for word in ("docker", "containerd")):
            return self.forward(question)
        if self.mode == "limited" and "/manifests/" in question.path:
            return Answer(429, TOO_MANY_REQUESTS, {"Content-Type": "application/json"})
        return self._content(question) if "/blobs/" in question.path else self.forward(question)

    def _content(self, question: Question) -> Answer:
        """What is in an image: it comes last, when the engine has said 200 already."""
        found = self.forward(question)
        if self.mode == "refusing":
            return Answer(500, b"out of order")
        return Answer(200, b"#" * len(found.body), found.headers) if self.mode == "nonsense" else found


@pytest.fixture(scope="module")
def front(lab: Lab, _shared_registry: Registry) -> Iterator[Faulty]:
    with Faulty(lab.address, _shared_registry.host) as server:
        yield server


@pytest.fixture(scope="module", params=docker_kinds())
def field(request: pytest.FixtureRequest, lab: Lab, front: Faulty, _shared_registry: Registry) -> Iterator[Yard]:
    """Containers on an engine with a small disk; none of them is replaced here."""
    front.mode = "honest"
    engine = lab.engine(f"small-{request.param.replace('.', '-')}", request.param, disk="48m", tcp=False)
    with yard(engine, _shared_registry, f"pulls-{engine.name}", front.host) as found:
        found.plant(["web"])
        found.plant(["big"], new={"size": 45_000_000})
        yield found
    engine.close()


@pytest.mark.parametrize("how", BREAKS)
def test_04_a_pull_that_breaks_stops_nothing(field: Yard, front: Faulty, dockmon: DockmonHere, how: str) -> None:
    (name, reason, code), started = BREAKS[how], {name: field.started(name) for name in field.plants}
    assert dockmon.json("update", "check").code == 0, "dockmon itself is served"
    front.mode = how
    if how == "silent":
        field.engine.unplug()  # the engine's socket still answers; what it asks the registry is lost on the way
    done = dockmon.json("update", "apply", name, "--yes", "--timeout", "5s" if how == "silent" else "60s")
    field.engine.plug()
    assert (done.code, done.item(name)["result"], done.item(name)["reason"]) == (code, "failed", reason), done
    assert {name: field.faults(name) for name in field.plants} == {"web": [], "big": []}
    assert {name: field.started(name) for name in field.plants} == started
    assert (all(map(field.is_original, field.plants)), field.left_behind()) == (True, [])


@pytest.fixture
def dockmon(field: Yard, tmp_path_factory: pytest.TempPathFactory) -> DockmonHere:
    """dockmon as new for each way: what one registry's limit taught it is forgotten."""
    return DockmonHere(tmp_path_factory.mktemp("dockmon"), {"small": field.engine}, update=QUICK)
