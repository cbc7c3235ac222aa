"""Checking containers that follow a track, on engines, registries and a store in memory."""

from __future__ import annotations

from typing import Any

import pytest

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.image_config import VERSION_LABEL
from dockmon_cli.core.tag_candidates import Track, Tracking
from tests.services.checking import KEY, REPOSITORY, World

AMD = ["linux/amd64"]
ARM = ["linux/arm64"]


@pytest.fixture(params=[False, True], ids=["graph", "containerd"])
def world(request: pytest.FixtureRequest) -> World:
    return World(containerd=request.param)


def push(world: World, tag: str, *, seed: str = "", version: str = "", platforms: Any = None) -> Any:
    config = {"Labels": {VERSION_LABEL: version}} if version else {}
    recipe = {"config": config, "index": "oci", "seed": seed or tag, "platforms": platforms or AMD}
    return world.registry.push(f"{REPOSITORY}:{tag}", **recipe)


def run(world: World, tag: str, track: Track, *others: str, version: str = "", **more: Any) -> CheckAnswer:
    """Run a tag of a repository that has the others as well, follow a track, and check."""
    ref = f"{REPOSITORY}:{tag}"
    pushed = push(world, tag, version=version)
    world.pulled(pushed, ref)
    if version:
        world.engine.images[world.engine.references[ref]]["Config"]["Labels"] = {VERSION_LABEL: version}
    world.engine.add_container("web", ref)
    for other in others:
        push(world, other)
    world.tracking = Tracking(track, **more)
    return world.check()


def test_the_newest_tag_that_the_track_allows_is_the_reference_to_move_to(world: World) -> None:
    answer = run(world, "1.2.3", "minor", "1.2.4", "1.3.0", "2.0.0", "latest")
    assert (answer.state, answer.kind) == ("update_available", "minor")
    assert answer.available
    assert (answer.available.image, answer.available.version) == (f"{REPOSITORY}:1.3.0", "1.3.0")
    assert answer.current.version == "1.2.3"
    assert world.registry.listed == [REPOSITORY]
    assert world.registry.lookups == [f"{REPOSITORY}:1.3.0"]


@pytest.mark.parametrize(
    ("track", "best", "kind"), [("patch", "1.2.4", "patch"), ("minor", "1.3.0", "minor"), ("major", "2.0.0", "major")]
)
def test_each_track_has_its_limit(world: World, track: Track, best: str, kind: str) -> None:
    answer = run(world, "1.2.3", track, "1.2.4", "1.3.0", "2.0.0")
    assert answer.available
    assert (answer.available.image, answer.kind) == (f"{REPOSITORY}:{best}", kind)


def test_the_kind_is_the_real_difference_whatever_is_tracked(world: World) -> None:
    assert run(world, "1.2.3", "major", "1.2.4").kind == "patch"


def test_exact_follows_the_own_tag_and_asks_for_no_list(world: World) -> None:
    assert run(world, "1.2.3", "exact", "1.2.4").state == "up_to_date"
    assert world.registry.listed == []


def test_a_newer_tag_goes_before_a_new_digest_of_the_own_tag(world: World) -> None:
    run(world, "1.2.3", "patch", "1.2.4")
    push(world, "1.2.3", seed="rebuilt")
    answer = world.check()
    assert answer.available
    assert answer.available.image == f"{REPOSITORY}:1.2.4"
    world.registry.delete_tag(f"{REPOSITORY}:1.2.4")
    answer = world.check()
    assert answer.available
    assert (answer.available.image, answer.kind) == (f"{REPOSITORY}:1.2.3", "digest")


def test_a_newer_tag_of_the_same_image_is_no_update(world: World) -> None:
    run(world, "1.2.3", "patch")
    push(world, "1.2.4", seed="1.2.3")
    assert world.check().state == "up_to_date"


def test_a_tag_without_this_platform_gives_way_to_the_next_lower_one(world: World) -> None:
    run(world, "1.2.3", "minor", "1.2.4")
    push(world, "1.4.0", platforms=ARM)
    world.registry.push(f"{REPOSITORY}:1.3.0", platforms=ARM, seed="single")
    answer = world.check()
    assert answer.available
    assert answer.available.image == f"{REPOSITORY}:1.2.4"
    world.registry.delete_tag(f"{REPOSITORY}:1.2.4")
    assert world.check().state == "up_to_date"


def test_a_tag_that_is_gone_since_the_list_was_made_gives_way_as_well(world: World) -> None:
    run(world, "1.2.3", "minor", "1.2.4")
    gone = push(world, "1.3.0")
    world.registry.delete(f"{REPOSITORY}:1.3.0", gone.manifests["linux/amd64"])
    answer = world.check()
    assert answer.available
    assert answer.available.image == f"{REPOSITORY}:1.2.4"


@pytest.mark.parametrize("reason", sorted(RegistryError.REASONS - {"not_found"}))
def test_a_failed_list_is_unknown_even_if_the_own_tag_is_current(world: World, reason: str) -> None:
    run(world, "1.2.3", "patch")
    world.registry.list_failures[REPOSITORY] = RegistryError(reason, "no list", "what next")
    answer = world.check()
    assert (answer.state, answer.reason, answer.message, answer.hint) == ("unknown", reason, "no list", "what next")
    assert world.store.answers()[KEY].state == "up_to_date"


def test_a_list_that_nobody_serves_leaves_a_local_image_what_it_is(world: World) -> None:
    world.engine.add_container("web", f"{REPOSITORY}:1.2.3")
    world.tracking = Tracking("minor")
    answer = world.check()
    assert (answer.state, world.registry.listed) == ("local_image", [REPOSITORY])


@pytest.mark.parametrize("reason", ["auth", "rate_limited", "unreachable"])
def test_a_failed_lookup_of_a_newer_tag_is_unknown(world: World, reason: str) -> None:
    run(world, "1.2.3", "patch", "1.2.4")
    world.registry.fail(f"{REPOSITORY}:1.2.4", reason)
    answer = world.check()
    assert (answer.state, answer.reason) == ("unknown", reason)


@pytest.mark.parametrize("tag", ["20240115", "2024-01-15", "sha-abc", "edge"])
def test_what_is_no_version_is_compared_by_digest_and_says_so(world: World, tag: str) -> None:
    answer = run(world, tag, "major", "20250115", "1.0.0")
    assert (answer.state, answer.reason, world.registry.listed) == ("up_to_date", "not_a_version", [])
    push(world, tag, seed="rebuilt")
    answer = world.check()
    assert (answer.state, answer.reason, answer.kind) == ("update_available", None, "digest")


def test_a_track_finer_than_the_tag_offers_nothing_and_asks_for_no_list(world: World) -> None:
    answer = run(world, "1.2", "patch", "1.2.5", "1.3")
    assert (answer.state, answer.reason, world.registry.listed) == ("up_to_date", None, [])


def test_a_list_is_asked_for_once_however_many_containers_follow_it(world: World) -> None:
    run(world, "1.2.3", "patch", "1.2.4")
    for number in range(10):
        world.engine.add_container(f"web{number}", f"{REPOSITORY}:1.2.3")
    assert {checked.answer.state for checked in world.checks()} == {"update_available"}
    assert (world.registry.listed, world.registry.lookups) == ([REPOSITORY], [f"{REPOSITORY}:1.2.4"])


def test_globs_and_pre_releases_choose_among_the_tags(world: World) -> None:
    answer = run(world, "1.2.3", "major", "1.2.4", "1.3.0", "2.0.0-rc1", prerelease=True, exclude=("2.0.0-rc1",))
    assert answer.available
    assert answer.available.image == f"{REPOSITORY}:1.3.0"
    world.tracking = Tracking("major", include=("1.2.*",))
    answer = world.check()
    assert answer.available
    assert answer.available.image == f"{REPOSITORY}:1.2.4"


def test_latest_is_followed_by_its_digest_without_a_list(world: World) -> None:
    answer = run(world, "1.2.3", "latest", "latest", "9.9.9")
    assert answer.available
    assert (answer.state, answer.available.image) == ("update_available", f"{REPOSITORY}:latest")
    assert (world.registry.listed, world.registry.lookups) == ([], [f"{REPOSITORY}:latest"])
    push(world, "latest", seed="1.2.3")
    assert world.check().state == "up_to_date"


def test_latest_is_no_way_back_to_an_older_version(world: World) -> None:
    run(world, "2.0.0-rc1", "latest", version="2.0.0-rc1")
    push(world, "latest", version="1.9.4")
    assert world.check().state == "up_to_date"
    push(world, "latest", version="2.1.0")
    answer = world.check()
    assert answer.available
    assert (answer.available.version, answer.kind) == ("2.1.0", "minor")


def test_latest_on_the_tag_latest_is_the_own_tag(world: World) -> None:
    assert run(world, "latest", "latest").state == "up_to_date"
    push(world, "latest", seed="2")
    answer = world.check()
    assert answer.available
    assert (answer.available.image, world.registry.lookups) == (f"{REPOSITORY}:latest", [f"{REPOSITORY}:latest"])


def test_a_version_inherited_from_the_base_image_does_not_hide_the_tag(world: World) -> None:
    run(world, "1.2.3", "patch", version="22.04")
    push(world, "1.2.4", version="22.04")
    answer = world.check()
    assert answer.available
    assert (answer.current.version, answer.available.version, answer.kind) == ("1.2.3", "1.2.4", "patch")


def test_a_new_build_of_the_same_version_is_a_patch(world: World) -> None:
    answer = run(world, "4.0.10.2544-ls123", "patch", "4.0.10.2544-ls124")
    assert answer.available
    assert (answer.available.version, answer.kind) == ("4.0.10.2544-ls124", "patch")


def test_the_reference_keeps_the_way_its_user_wrote_it() -> None:
    world = World()
    world.registry.push("docker.io/library/traefik:v3.1", index="oci", seed="old")
    new = world.registry.push("docker.io/library/traefik:v3.2", index="oci", seed="new")
    world.engine.add_image("traefik:v3.1", image_id="sha256:" + "a" * 64)
    world.engine.add_container("web", "traefik:v3.1")
    world.tracking = Tracking("minor")
    answer = world.check()
    assert answer.available
    assert (answer.available.image, answer.available.digest) == ("traefik:v3.2", new.digest)


def test_a_stored_answer_holds_only_for_the_track_it_was_asked_for(world: World) -> None:
    run(world, "1.2.3", "patch", "1.2.4", "1.3.0")
    known = world.store.answers()[KEY]
    again = world.check(known=known)
    assert (world.registry.listed, world.registry.lookups) == ([], [])
    assert (again.state, again.available, again.kind) == (known.state, known.available, known.kind)
    for other in (Tracking("minor"), Tracking("patch", exclude=("9",)), Tracking("patch", prerelease=True)):
        world.tracking = other
        world.check(known=known)
        assert world.registry.listed == [REPOSITORY]


def test_a_tag_pulled_already_is_still_another_reference_to_move_to(world: World) -> None:
    run(world, "1.2.3", "patch")
    new = push(world, "1.2.4")
    world.pulled(new, f"{REPOSITORY}:1.2.4")
    world.engine.references[f"{REPOSITORY}:1.2.3"] = world.engine.references[f"{REPOSITORY}:1.2.4"]
    known = world.check()
    assert known.state == "update_available"
    assert world.check(known=known).state == "update_available"
