"""13, 15 and 16: what is an update, and that looking for one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.shelf import ALL_STORES, Shelf, methods, shelf, untouched
from tests.kinds import docker_kinds
from tests.lab import Engine, Registry

pytestmark = [pytest.mark.lab, pytest.mark.parametrize("engine", docker_kinds(*ALL_STORES), indirect=True)]


@pytest.fixture
def on(engine: Engine) -> Iterator[Shelf]:
    with shelf(engine) as found:
        yield found


def states(dockmon: DockmonHere, *argv: str) -> dict[str, str]:
    return {item["name"]: item["state"] for item in dockmon.json("update", "check", *argv).items}


def test_13_check_plan_and_dry_run_change_nothing_and_ask_only_what_they_must(
    on: Shelf, registry: Registry, dockmon: DockmonHere
) -> None:
    kind = on.engine.kind
    old = registry.push(f"{kind}/outdated", "1", index="oci", labels={"org.opencontainers.image.version": "1.0.0"})
    on.pull(old.ref)
    on.run("outdated", old.ref)
    on.make("current", registry.push(f"{kind}/current", "1", index="docker"))
    new = registry.push(f"{kind}/outdated", "1", index="oci", labels={"org.opencontainers.image.version": "1.2.0"})
    registry.clear_requests()
    with untouched(on):
        found = dockmon.json("update", "check")
        assert methods(registry).count("HEAD") == 2
        registry.clear_requests()
        planned = dockmon.json("update", "plan")
        assert registry.requests == []
        dry = dockmon.json("update", "apply", "--all", "--dry-run")
        assert methods(registry) == ["HEAD", "HEAD"]
        registry.clear_requests()
        assert dockmon.json("update", "check").code == 0
        assert methods(registry) == ["HEAD", "HEAD"]
    assert (found.code, found.errors) == (0, [])
    assert {item["name"]: item["state"] for item in found.items} == {
        "current": "up_to_date",
        "outdated": "update_available",
    }
    item = found.item("outdated")
    assert (item["kind"], item["current"]["version"], item["available"]["version"]) == ("minor", "1.0.0", "1.2.0")
    assert (item["available"]["digest"], item["available"]["image"], item["image"]) == (new.digest, old.ref, old.ref)
    assert item["current"]["digest"] == old.digest
    assert [(i["name"], i["would"]) for i in planned.items] == [(i["name"], i["would"]) for i in dry.items]
    assert planned.item("outdated")["would"] == "update"
    assert planned.item("outdated")["checked_at"] == item["checked_at"]


def test_15_what_leaves_this_platforms_image_as_it_is_is_no_update(
    on: Shelf, registry: Registry, dockmon: DockmonHere
) -> None:
    kind = on.engine.kind
    _make_all_that_is_no_update(on, registry, kind)
    assert states(dockmon) == {
        "attested": "up_to_date",
        "back": "up_to_date",
        "forgotten": "up_to_date",
        "list": "up_to_date",
        "platform": "up_to_date",
        "real": "update_available",
        "single": "up_to_date",
        "twice": "up_to_date",
    }
    registry.clear_requests()
    assert set(states(dockmon, "attested", "back", "forgotten", "list", "platform").values()) == {"up_to_date"}
    assert methods(registry) == ["HEAD"] * 5


def _make_all_that_is_no_update(on: Shelf, registry: Registry, kind: str) -> None:
    two = ["linux/amd64", "linux/arm64"]
    on.make("attested", registry.push(f"{kind}/attested", "1", attestation="one", seed="a"))
    registry.push(f"{kind}/attested", "1", attestation="two", seed="a")
    on.make("platform", registry.push(f"{kind}/platform", "1", index="oci", platforms=two))
    registry.push(f"{kind}/platform", "1", index="oci", platforms=[*two, "linux/s390x"])
    on.make("list", registry.push(f"{kind}/list", "1", index="docker", platforms=two))
    registry.push(f"{kind}/list", "1", index="docker", platforms=["linux/amd64"])
    on.make("single", registry.push(f"{kind}/single", "1"))
    # The image has two digests on the graph driver; in the containerd store the first one's image is gone.
    on.make("twice", registry.push(f"{kind}/twice", "1", attestation="one", seed="twice"))
    on.pull(registry.push(f"{kind}/twice", "1", attestation="two", seed="twice").ref)
    registry.push(f"{kind}/twice", "1", attestation="three", seed="twice")
    first = registry.push(f"{kind}/back", "1", attestation="one", seed="back")
    on.make("back", first)
    on.pull(registry.push(f"{kind}/back", "1", attestation="two", seed="back").ref)
    registry.push(f"{kind}/back", "1", attestation="one", seed="back")
    gone = registry.push(f"{kind}/forgotten", "1", attestation="one", labels={"a": "b"}, healthcheck="true", user="1")
    on.make("forgotten", gone)
    registry.push(f"{kind}/forgotten", "1", attestation="two", labels={"a": "b"}, healthcheck="true", user="1")
    registry.delete(f"{kind}/forgotten", gone.digest)
    on.make("real", registry.push(f"{kind}/real", "1", attestation="one"))
    registry.push(f"{kind}/real", "1", attestation="one", env={"NEW": "1"})


def test_16_what_somebody_else_pulled_and_what_the_registry_forgot_is_still_reported(
    on: Shelf, registry: Registry, dockmon: DockmonHere
) -> None:
    kind = on.engine.kind
    names = ("moved", "passed", "gone", "lost")
    # Each of its own content: a pull that moves a tag leaves an image that another name still leads to.
    old = {name: registry.push(f"{kind}/{name}", "1", index="oci", seed=name) for name in names}
    for pushed in old.values():
        on.pull(pushed.ref)
    ids = {name: on.run(name, pushed.ref) for name, pushed in old.items()}
    for name in old:
        registry.push(f"{kind}/{name}", "1", index="oci", seed=f"{name} 2")
    for name in ("moved", "passed", "lost"):
        on.pull(old[name].ref)
    registry.push(f"{kind}/passed", "1", index="oci", seed="passed 3")
    for name in ("gone", "lost"):
        registry.delete(f"{kind}/{name}", old[name].digest)
    _check_and_apply(dockmon, on, ids, is_lost=kind == "26.1-containerd")


def _check_and_apply(dockmon: DockmonHere, on: Shelf, ids: dict[str, str], *, is_lost: bool) -> None:
    """On 26.1 with the containerd store a pull removes the running image: with the registry's copy all is lost."""
    found = dockmon.json("update", "check", "--filter", "name=*")
    assert {item["name"]: item["state"] for item in found.items} == {
        "gone": "update_available",
        "lost": "unknown" if is_lost else "pulled",
        "moved": "pulled",
        "passed": "update_available",
    }
    assert found.code == (3 if is_lost else 0)
    assert all(item["image"].endswith(":1") for item in found.items)
    applied = dockmon.json("update", "apply", "nas/moved", "nas/lost", "--yes")
    results = {item["name"]: (item["result"], item["reason"]) for item in applied.items}
    lost = ("failed", "old_image_unreadable") if is_lost else ("updated", None)
    assert results == {"moved": ("updated", None), "lost": lost}
    assert applied.code == (3 if is_lost else 0)
    assert (on.api.containers.get("lost").id == ids["lost"]) is is_lost
    assert on.api.containers.get("lost").status == "running"
    assert [error["code"] for error in applied.errors] == (["failed"] if is_lost else [])
