"""The decision what is an update, stage by stage."""

from dataclasses import replace
from typing import Any

import pytest

from dockmon_cli.core.check_answer import CheckAnswer, Current
from dockmon_cli.core.detect import (
    Running,
    Served,
    by_digest,
    by_manifest,
    failed_lookup,
    is_tagged,
    managed_by,
    own_digests,
    same_platform_image,
    untold,
    without_lookup,
)
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference

A, B, C, D = (f"sha256:{letter * 64}" for letter in "abcd")
WEB = "registry.lan:5000/web:1"
GRAPH = Running(WEB, image_id=A, containerd=False, digests=frozenset({B}), version="1.0.0", was_pulled=True)
CONTAINERD = Running(WEB, image_id=A, containerd=True, digests=frozenset({A}), version="1.0.0", was_pulled=True)


def settled(
    image: str = WEB, *, manager: str | None = None, is_local_host: bool = True, is_podman: bool = False
) -> Any:
    return without_lookup(image, A, manager=manager, is_local_host=is_local_host, is_podman=is_podman)


def test_what_podman_built_itself_is_a_local_image() -> None:
    assert settled("localhost/web:1", is_podman=True).state == "local_image"
    assert settled("localhost/web:1") is None
    assert settled("localhost:5000/web:1", is_podman=True) is None


@pytest.mark.parametrize(
    ("labels", "who"),
    [
        ({"com.docker.swarm.task.id": "t"}, "swarm"),
        ({"io.kubernetes.pod.name": "p"}, "Kubernetes"),
        ({"PODMAN_SYSTEMD_UNIT": "u"}, "systemd"),
        ({"supervisor_managed": ""}, "Home Assistant"),
        ({"io.hass.type": "addon"}, "Home Assistant"),
        ({"com.docker.compose.oneoff": "True"}, "one-off"),
    ],
)
def test_what_somebody_else_manages_is_known_by_its_labels(labels: dict[str, str], who: str) -> None:
    assert who in (managed_by(labels, {}) or "")


def test_a_label_of_the_image_says_nothing_about_who_runs_it() -> None:
    labels = {"io.hass.type": "core", "com.docker.compose.oneoff": "False"}
    assert managed_by(labels, {"io.hass.type": "core"}) is None
    assert managed_by(labels, {"io.hass.type": "base"}) is not None


@pytest.mark.parametrize(
    ("image", "state", "reason"),
    [
        (f"web@{B}", "pinned", "digest"),
        (f"web:1@{B}", "pinned", "digest"),
        (A, "pinned", "image_id"),
        (A.removeprefix("sha256:"), "pinned", "image_id"),
        ("aaaaaaaaaaaa", "pinned", "image_id"),
        ("", "unknown", "unsupported"),
        ("Not An Image", "unknown", "unsupported"),
    ],
)
def test_some_containers_are_settled_without_asking(image: str, state: str, reason: str) -> None:
    answer = settled(image)
    assert (answer.state, answer.reason) == (state, reason)
    assert answer.message
    assert answer.hint or state == "pinned"


def test_a_pinned_one_tells_what_it_is_pinned_to() -> None:
    assert settled(f"web:1@{B}").current == Current(B, "1")


@pytest.mark.parametrize("image", ["localhost:5000/web", "127.0.0.1:5000/web", "127.9.9.9/web", "[::1]:5000/web"])
def test_an_engines_own_registry_is_asked_on_this_machine_only(image: str) -> None:
    answer = settled(image, is_local_host=False)
    assert (answer.state, answer.reason, bool(answer.hint)) == ("unknown", "unsupported", True)
    assert settled(image) is None


def test_a_manager_goes_before_everything_else() -> None:
    answer = settled(f"web@{B}", manager="a swarm task")
    assert (answer.state, answer.reason) == ("ignored", "managed_by")


def test_only_digests_of_the_references_own_repository_count() -> None:
    shown = [f"registry.lan:5000/web@{A}", f"web@{B}", f"registry.lan:5000/copy@{C}", "<none>@<none>", ""]
    assert own_digests(shown, Reference.parse(WEB)) == {A}
    assert own_digests([f"docker.io/library/web@{B}", f"index.docker.io/web@{C}"], Reference.parse("web")) == {B, C}


def test_any_digest_that_the_image_is_known_by_is_up_to_date() -> None:
    twice = replace(GRAPH, digests=frozenset({B, C}))
    for digest in (B, C):
        assert by_digest(twice, digest) == CheckAnswer("up_to_date", current=Current(digest, "1.0.0"))
    assert by_digest(twice, D) is None
    assert by_digest(twice, A) is None, "on the graph driver an image ID is no digest of a registry"
    assert by_digest(replace(CONTAINERD, digests=frozenset()), A) is not None
    assert by_digest(replace(CONTAINERD, manifest_digest=D), D) is not None


def test_the_platforms_image_decides_where_the_engine_names_it() -> None:
    served = Served(C, platform_digest=D, config_digest=A)
    assert same_platform_image(GRAPH, served) is True
    assert same_platform_image(GRAPH, replace(served, config_digest=B)) is False
    assert same_platform_image(CONTAINERD, served) is None
    assert same_platform_image(replace(CONTAINERD, manifest_digest=D), served) is True
    assert same_platform_image(replace(CONTAINERD, manifest_digest=B), served) is False


def test_another_index_around_the_same_image_is_no_update() -> None:
    answer = by_manifest(GRAPH, Served(C, D, A), same_image=True)
    assert (answer.state, answer.current.digest, answer.available) == ("up_to_date", C, None)


def test_another_image_is_an_update_and_says_how_big_a_step_it_is() -> None:
    answer = by_manifest(GRAPH, Served(C, D, D, version="1.1.0"), same_image=False)
    assert (answer.state, answer.kind, answer.current) == ("update_available", "minor", Current(B, "1.0.0"))
    assert answer.available
    assert (answer.available.image, answer.available.digest, answer.available.version) == (WEB, C, "1.1.0")


@pytest.mark.parametrize(
    ("running", "moved", "state"),
    [
        (GRAPH, {"local_tag_image_id": D, "local_tag_digests": frozenset({C})}, "pulled"),
        (GRAPH, {"local_tag_image_id": D}, "pulled"),
        (GRAPH, {"local_tag_image_id": B, "local_tag_digests": frozenset({B})}, "update_available"),
        (GRAPH, {"local_tag_image_id": A, "local_tag_digests": frozenset({C})}, "update_available"),
        (GRAPH, {"local_tag_image_id": None}, "update_available"),
        (CONTAINERD, {"local_tag_image_id": C}, "pulled"),
        (CONTAINERD, {"local_tag_image_id": B}, "update_available"),
    ],
)
def test_pulled_means_that_the_local_tag_is_what_is_served(running: Running, moved: Any, state: str) -> None:
    answer = by_manifest(replace(running, **moved), Served(C, B, D), same_image=False)
    assert answer.state == state
    assert answer.available


@pytest.mark.parametrize("reason", sorted(RegistryError.REASONS))
def test_a_failed_lookup_is_unknown_and_never_up_to_date(reason: str) -> None:
    answer = failed_lookup(GRAPH, RegistryError(reason, "why", "what next"))
    assert (answer.state, answer.reason, answer.message, answer.hint) == ("unknown", reason, "why", "what next")
    assert answer.current == GRAPH.current


def test_only_a_registry_that_answers_makes_an_image_local() -> None:
    built = replace(GRAPH, was_pulled=False, digests=frozenset())
    assert failed_lookup(built, RegistryError("not_found", "no")).state == "local_image"
    for reason in RegistryError.REASONS - {"not_found"}:
        assert failed_lookup(built, RegistryError(reason, "no")).state == "unknown"


def test_what_nobody_shows_any_more_is_unknown() -> None:
    answer = untold(CONTAINERD)
    assert (answer.state, answer.reason, answer.current.digest) == ("unknown", "not_found", A)
    assert answer.hint


def test_an_answer_knows_what_it_is_about() -> None:
    answer = CheckAnswer("up_to_date", image=WEB, image_id=A)
    assert answer.is_about(WEB, A)
    assert not answer.is_about("registry.lan:5000/web:2", A)
    assert not answer.is_about(WEB, B)
    assert CheckAnswer("up_to_date").is_about(WEB, A)


def test_an_images_names_on_a_host_are_read_as_docker_writes_them() -> None:
    names = ["postgres:16", "registry.lan:5000/web:1", "<none>:<none>"]
    assert is_tagged(names, Reference.parse("docker.io/library/postgres:16"))
    assert is_tagged(names, Reference.parse(WEB))
    assert not is_tagged(names, Reference.parse("registry.lan:5000/web"))
    assert not is_tagged([], Reference.parse(WEB))
