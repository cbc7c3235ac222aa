"""Updates that nobody asked for, of containers that are bound to each other: what is held, and what is remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dockmon_cli.core.documents import Document
from tests.services.nights import Nights, results
from tests.services.test_update_auto import HOLD
from tests.services.test_update_look import REGISTRY


@pytest.fixture
def bound() -> Nights:
    """`web` shares the network of `vpn`; both are outdated, on automatic, and come after `app`."""
    found = Nights(max_parallel=1)
    for name in ("app", "vpn", "web"):
        found.outdated("nas", name)
    nas = found.hosts["nas"]
    nas.named("web")["HostConfig"]["NetworkMode"] = f"container:{nas.named('vpn')['Id']}"
    found.on()
    return found


@pytest.mark.parametrize("held", ["vpn", "web"])
def test_a_member_of_a_group_that_was_held_meanwhile_keeps_its_image_and_the_others_go(
    bound: Nights, held: str
) -> None:
    nas = bound.hosts["nas"]
    before = {name: nas.named(name)["Image"] for name in ("vpn", "web")}
    nas.on_start = lambda document: bound.store.holds.save_hold(replace(HOLD, exact=("id-nas", held)))
    told = {target: (result, reason) for target, result, reason in results(bound.run())}
    other = {"vpn": "web", "web": "vpn"}[held]
    assert told == {
        "nas/app": ("updated", None), f"nas/{held}": ("skipped", "held"), f"nas/{other}": ("updated", None),
    }  # fmt: skip
    assert {name for name in before if nas.named(name)["Image"] == before[name]} == {held}
    assert nas.named("web")["HostConfig"]["NetworkMode"] == f"container:{nas.named('vpn')['Id']}"


def test_the_image_that_failed_is_remembered_and_not_that_of_the_others_of_its_group(bound: Nights) -> None:
    bound.breaks("web")
    told = {target: result for target, result, _ in results(bound.run())}
    assert told == {"nas/app": "updated", "nas/vpn": "rolled_back", "nas/web": "rolled_back"}
    again = results(bound.run())
    assert ("nas/web", "skipped", "rolled_back_before") in again
    assert ("nas/vpn", "updated", None) in again


def test_where_one_fails_that_keeps_its_image_the_new_ones_of_its_group_are_remembered(bound: Nights) -> None:
    nas = bound.hosts["nas"]
    nas.references[f"{REGISTRY}/web:1"], bound.registry = nas.named("web")["Image"], bound.registry
    bound.registry.push(f"{REGISTRY}/web:1", seed="web")
    first = nas.named("web")["Id"]

    def on_start(document: Document) -> None:
        if document["Name"] == "/web" and document["Id"] != first:
            document["State"].update(Status="exited", Running=False, ExitCode=1)

    nas.on_start = on_start
    assert ("nas/vpn", "rolled_back", "exited") in results(bound.run())
    assert ("nas/vpn", "skipped", "rolled_back_before") in results(bound.run())
