"""17: whatever can't be told is told apart, nothing of it is up to date, and the run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.shelf import ALL_STORES, Shelf, shelf
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.servers import HtmlServer

pytestmark = pytest.mark.lab

EXPECTED = {
    "bare": ("pinned", "image_id"),
    "current": ("up_to_date", None),
    "denied": ("unknown", "auth"),
    "html": ("unknown", "unsupported"),
    "ignored": ("ignored", "policy"),
    "local": ("local_image", None),
    "outdated": ("update_available", None),
    "own": ("unknown", "unsupported"),
    "pinned": ("pinned", "digest"),
    "silent": ("unknown", "unreachable"),
    "swarm": ("ignored", "managed_by"),
    "vanished": ("unknown", "not_found"),
}
UNKNOWN = {name: reason for name, (state, reason) in EXPECTED.items() if state == "unknown"}


@pytest.fixture
def on(engine: Engine) -> Iterator[Shelf]:
    with shelf(engine) as found:
        yield found


@pytest.fixture
def wall() -> Iterator[HtmlServer]:
    with HtmlServer("127.0.0.1") as server:
        yield server


def furnish(on: Shelf, lab: Lab, registry: Registry, wall: HtmlServer) -> None:
    """Make one container of each kind, named by what it is."""
    private = lab.registry(private=True)
    here = on.engine.kind
    web = registry.push(f"{here}/web", "1", seed=here)
    on.pull(web.ref)
    on.create("current", web.ref)
    on.create("pinned", web.by_digest)
    on.create("bare", str(on.api.images.get(web.ref).id))
    on.create("swarm", web.ref, labels={"com.docker.swarm.task.id": "t1"})
    on.make("ignored", registry.push(f"{here}/ignored", "1"), labels={"dockmon.update.policy": "ignore"})
    on.make("outdated", registry.push(f"{here}/outdated", "1"))
    registry.push(f"{here}/outdated", "1", seed="2")
    on.make("vanished", registry.push(f"{here}/vanished", "1"))
    secret = private.push("secret", "1")
    on.pull(secret.ref, username=private.user, password=private.password)
    on.create("denied", secret.ref)
    built = on.api.containers.get("current").commit(f"{registry.host}/{here}/local", "1")
    on.create("local", built.tags[0])
    for name, host in (("silent", f"{lab.address}:9"), ("html", wall.host), ("own", "localhost:5000")):
        on.create(name, on.alias(web.ref, f"{host}/web:1"))


@pytest.mark.parametrize("engine", docker_kinds(*ALL_STORES), indirect=True)
def test_17_what_cannot_be_told_is_told_apart_and_never_up_to_date(
    on: Shelf, lab: Lab, registry: Registry, tmp_path: Path, wall: HtmlServer
) -> None:
    furnish(on, lab, registry, wall)
    # The pages of the HTML server lie on this machine's loopback, so does the engine's own registry on the engine's.
    dockmon = DockmonHere(tmp_path, {"nas": {"url": on.engine.tcp_url}}, registries={"insecure": [wall.host]})
    assert dockmon.json("update", "check", "nas/vanished").code == 0
    registry.delete_tag(f"{on.engine.kind}/vanished", "1")
    registry.clear_requests()
    found = dockmon.json("update", "check", "--exit-code")
    told = {item["name"]: (item["state"], item["reason"]) for item in found.items}
    assert told == EXPECTED
    assert found.code == 3
    assert {error["target"]: error["code"] for error in found.errors} == {
        f"nas/{name}": reason for name, reason in UNKNOWN.items()
    }
    assert all(error["message"] and error["hint"] for error in found.errors)
    assert not any("ignored" in asked.path for asked in registry.requests)
    assert found.item("vanished")["last"]["state"] == "up_to_date"
    named = dockmon.json("update", "check", "nas/ignored", "nas/silent", "nas/current", "nas/local")
    assert [item["name"] for item in named.items] == ["ignored", "silent", "current", "local"]
    assert (named.code, named.item("ignored")["state"]) == (3, "up_to_date")
    assert any("ignored" in asked.path for asked in registry.requests)
    nothing = dockmon("update", "check", "nas/silent", "nas/vanished", "-o", "name")
    assert (nothing.code, nothing.out) == (1, "nas/silent\nnas/vanished\n")
