"""Checking containers, on engines, registries and a store in memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.tags import NO_TAGS
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.listing import listed
from dockmon_cli.services.update_check import Checker
from tests.services.checking import KEY, NOW, WEB, World


@pytest.fixture(params=[False, True], ids=["graph", "containerd"])
def world(request: pytest.FixtureRequest) -> World:
    return World(containerd=request.param)


def test_what_is_served_as_it_runs_costs_one_lookup(world: World) -> None:
    world.run(world.push(index="oci"))
    assert world.check().state == "up_to_date"
    assert (world.registry.lookups, world.registry.fetched) == ([WEB], [])


def test_many_containers_of_an_image_cost_one_lookup_and_one_look_at_it(world: World) -> None:
    pushed = world.push()
    for number in range(20):
        world.run(pushed, f"web{number}")
    assert {checked.answer.state for checked in world.checks()} == {"up_to_date"}
    assert world.registry.lookups == [WEB]
    looked_at = [call for call in world.engine.calls if call[0] == "inspect_image"]
    assert len(looked_at) == len(set(looked_at))


def test_an_index_around_the_same_image_is_no_update_and_costs_no_manifest_the_next_time(world: World) -> None:
    world.run(world.push(index="oci"))
    world.push(index="oci", attestation=True)
    assert world.check().state == "up_to_date"
    assert world.registry.fetched
    assert world.check().state == "up_to_date"
    assert world.registry.fetched == []


def test_another_image_is_an_update_whose_first_sight_stays(world: World) -> None:
    old = world.push(index="oci")
    world.run(old)
    new = world.push(index="oci", seed="2")
    first = world.check()
    world.clock.moment += timedelta(days=3)
    second = world.check()
    assert (first.state, first.current.digest) == ("update_available", old.digest)
    assert first.available
    assert second.available
    assert (first.available.digest, first.available.first_seen_at) == (new.digest, NOW)
    assert (second.available.first_seen_at, second.checked_at) == (NOW, NOW + timedelta(days=3))


def test_a_registry_that_forgot_the_running_image_still_tells_what_is_new(world: World) -> None:
    old = world.push(index="oci")
    world.run(old)
    world.push(index="oci", seed="2")
    world.registry.delete(WEB, old.digest)
    assert world.check().state == "update_available"


def test_an_image_that_neither_engine_nor_registry_shows_is_unknown(world: World) -> None:
    old = world.push(index="oci")
    world.run(old)
    del world.engine.images[world.engine.references[WEB]]
    new = world.push(index="oci", seed="2")
    world.pulled(new)
    assert world.check().state == "pulled", "the registry, or the image's own ID, still says which one it is"
    world.registry.delete(WEB, old.digest)
    (checked,) = world.checks()
    assert checked.is_untold is world.containerd
    assert checked.answer.state == ("unknown" if world.containerd else "pulled")


def test_a_moved_tag_is_pulled_until_the_registry_moves_on(world: World) -> None:
    world.run(world.push())
    world.pulled(world.push(seed="2"))
    assert world.check().state == "pulled"
    world.push(seed="3")
    assert world.check().state == "update_available"


def test_a_tag_that_is_gone_is_not_found_where_dockmon_saw_it_pulled_else_a_local_image(world: World) -> None:
    world.run(world.push())
    assert world.check().state == "up_to_date"
    world.registry.delete_tag(WEB)
    answer = world.check()
    assert (answer.state, answer.reason, bool(answer.hint)) == ("unknown", "not_found", True)
    stranger = World(world.containerd)
    stranger.engine.add_container("web", WEB)
    assert stranger.check().state == "local_image"


def test_digests_that_the_engine_forgot_are_on_our_record(world: World) -> None:
    world.run(world.push())
    world.check()
    world.engine.images[world.engine.references[WEB]]["RepoDigests"].clear()
    assert world.check().state == "up_to_date"
    assert world.registry.fetched == []


def test_an_index_with_a_manifest_missing_is_no_local_image(world: World) -> None:
    world.run(world.push(index="oci"))
    new = world.push(index="oci", seed="2")
    world.registry.delete(WEB, new.manifests["linux/amd64"])
    world.store.images.clear()
    world.engine.images[world.engine.references[WEB]]["RepoDigests"].clear()
    answer = world.check()
    assert (answer.state, answer.reason) == ("unknown", "not_found")


def test_another_platform_is_no_update_and_no_error_of_the_run(world: World) -> None:
    world.run(world.push(index="oci"))
    world.push(index="oci", platforms=["linux/arm64"], seed="2")
    answer = world.check()
    assert (answer.state, answer.reason) == ("unknown", "unsupported")
    assert "linux/amd64" in answer.message
    world.push(platforms=["linux/arm64"], seed="3")
    assert world.check().state == "unknown"


@pytest.mark.parametrize("reason", ["auth", "rate_limited", "unreachable", "unsupported"])
def test_a_failure_keeps_the_last_good_answer_beside_it(world: World, reason: str) -> None:
    world.run(world.push())
    world.check()
    world.registry.fail("registry.lan:5000", reason, "no luck")
    answer = world.check()
    assert (answer.state, answer.reason, answer.hint) == ("unknown", reason, "a hint")
    assert world.store.answers()[KEY].state == "up_to_date"
    assert world.store.last[KEY].state == "unknown"


@pytest.mark.parametrize(("seed", "state"), [("", "up_to_date"), ("2", "update_available")])
def test_a_stored_answer_is_built_on_without_asking(world: World, seed: str, state: str) -> None:
    world.run(world.push(index="oci"))
    world.push(index="oci", seed=seed)
    first = world.check()
    world.clock.moment += timedelta(hours=1)
    again = world.check(known=world.store.answers()[KEY])
    assert world.registry.lookups == []
    assert (again.state, again.checked_at, again.available) == (state, first.checked_at, first.available)


def test_a_stored_answer_about_another_image_or_tag_is_no_answer(world: World) -> None:
    world.run(world.push())
    world.push(seed="2")
    known = world.check()
    for other in (replace(known, image="registry.lan:5000/web:2"), replace(known, image_id="sha256:" + "e" * 64)):
        world.check(known=other)
        assert world.registry.lookups == [WEB]


@pytest.mark.parametrize("state", ["ignored", "pinned", "unknown"])
def test_states_that_a_setting_may_have_changed_are_found_out_again(world: World, state: Any) -> None:
    world.run(world.push())
    assert world.check(known=CheckAnswer(state)).state == "up_to_date"
    assert world.registry.lookups == [WEB]


def test_the_list_tells_enough_so_that_no_container_is_inspected(world: World) -> None:
    for name in ("web", "db"):
        world.run(world.push(), name)
    world.engine.calls.clear()
    assert [each.answer.state for each in world.checks()] == ["up_to_date", "up_to_date"]
    assert [call for call in world.engine.calls if call[0] == "inspect"] == []


def test_an_exit_is_noted_for_those_that_are_jobs(world: World) -> None:
    world.run(world.push())
    world.engine.named("web")["State"].update(Status="exited", Running=False, ExitCode=0)
    world.check()
    assert world.store.ended_well(*KEY)


def test_an_ignored_container_is_shown_without_a_lookup(world: World) -> None:
    world.run(world.push())

    async def leave() -> Checked:
        (found,) = await listed(world.engine, NO_TAGS, all=True)
        checker = Checker(world.registry, world.store, world.clock, ())
        return checker.leave(world.engine, await world.engine.info(), found)

    answer = asyncio.run(leave()).answer
    assert (answer.state, answer.reason, world.registry.lookups) == ("ignored", "policy", [])
