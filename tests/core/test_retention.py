"""Which of the kept images go, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dockmon_cli.core.containers import Container
from dockmon_cli.core.kept_image import KeptImage, KeptRecord, Surroundings, kept_image
from dockmon_cli.core.kept_past import moved_there, pending_tags, unstarted
from dockmon_cli.core.retention import DEFAULT_LIMITS, Limits, judge
from tests.core.test_rollback import image, row, step

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = 86400.0
TAG = "dockmon-rollback/lan/web:a-b"


def record(letter: str = "a", *, days: float = 30, identity: str = "web", tag: str = TAG) -> KeptRecord:
    return KeptRecord(
        "h", tag, "lan/web", image(letter), identity, f"op-{letter}", NOW - timedelta(days=days), None, f"1.{letter}"
    )


def kept(letter: str = "a", *, days: float = 30, host: str = "nas", **facts: Any) -> KeptImage:
    at = record(letter, days=days)
    return KeptImage(host, host, image(letter), 1, (TAG,), **{"records": (at,), **facts})


def reasons(*images: KeptImage, keep: int = 1, min_age_s: float = 7 * DAY) -> dict[str, str]:
    return {each.image.image_id[7]: each.reason for each in judge(images, Limits(keep, min_age_s), NOW)}


def test_the_newest_and_the_young_are_kept_and_the_rest_goes() -> None:
    images = [kept("a", days=30), kept("b", days=3), kept("c", days=1), kept("d", days=8)]
    assert reasons(*images) == {"c": "newest", "b": "min_age", "d": "retention", "a": "retention"}
    assert [each.goes for each in judge(images, DEFAULT_LIMITS, NOW)] == [False, False, True, True]
    assert reasons(*images, keep=3) == {"c": "newest", "b": "newest", "d": "newest", "a": "retention"}
    assert reasons(*images, keep=0, min_age_s=0) == dict.fromkeys("cbda", "retention")


def test_each_host_and_repository_has_newest_ones_of_its_own() -> None:
    other = replace(record("b"), repository="lan/db")
    assert reasons(kept("a"), kept("b", records=(other,)), kept("c", host="attic")) == dict.fromkeys("abc", "newest")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"users": ("old",)}, "in_use"),
        ({"others": ("mine:1",)}, "tagged"),
        ({"unproven": ("nas/web",)}, "unproven"),
        ({"records": ()}, "not_recorded"),
    ],
)
def test_what_never_goes_stays_whatever_the_limits(facts: dict[str, Any], reason: str) -> None:
    assert reasons(kept(**facts), keep=0, min_age_s=0) == {"a": reason}


def test_what_a_container_would_be_rolled_back_to_stays_unless_nobody_wants_a_way_back() -> None:
    images = kept("a", holders=("nas/other",)), kept("b", days=20)
    assert reasons(*images, min_age_s=0)["a"] == "rollback_image"
    assert reasons(*images, keep=0, min_age_s=0)["a"] == "retention"


def test_one_that_runs_again_is_none_of_those_that_are_counted() -> None:
    assert reasons(kept("a", days=9), kept("b", days=8, users=("web",)), min_age_s=0)["a"] == "newest"


# What an engine's list tells


def container(name: str = "web", *, image_id: str = image("z"), status: str = "running") -> Container:
    return Container("h", "nas", "c" * 64, name, "lan/web:1", image_id, status, NOW)


def seen(around: Surroundings | None = None, **changes: Any) -> KeptImage | None:
    document = {"Id": image("a"), "RepoTags": [TAG], "RepoDigests": ["lan/web@sha256:1"], "Size": 7, **changes}
    return kept_image("h", "nas", document, around or Surroundings((container(),), (record(),)))


def test_an_image_without_a_name_of_ours_is_none_that_we_keep() -> None:
    assert seen(RepoTags=["lan/web:1", "notdockmon-rollback/x:1"]) is None
    assert seen(RepoTags=None) is None


def test_its_names_are_told_from_those_that_its_user_gave_it() -> None:
    found = seen(RepoTags=[f"docker.io/{TAG}", "lan/web@sha256:1", "mine:1", "dockmon-new/lan/web:x", "<none>:<none>"])
    assert found is not None
    assert (found.names, found.others) == ((TAG,), ("mine:1", "dockmon-new/lan/web:x"))
    assert (found.repositories, found.prune_names) == (("lan/web",), ("lan/web:dockmon-prune-aaaaaaaaaaaa",))


def test_a_tag_that_dockmon_made_to_follow_a_newer_one_is_its_own() -> None:
    around = Surroundings((), (record(),), moved_there={(image("a"), "lan.local/web:1.1")})
    found = seen(around, RepoTags=[TAG, "lan.local/web:1.1"])
    assert found is not None
    assert (set(found.names), found.others) == ({TAG, "lan.local/web:1.1"}, ())


def test_stopped_ones_use_it_too_and_holders_are_those_that_are_still_there() -> None:
    used = seen(Surroundings((container(image_id=image("a"), status="exited"),), (record(),)))
    assert used is not None
    assert used.users == ("web",)
    around = Surroundings((container(),), (record(), record("b", days=1, identity="gone", tag="other")))
    assert (found := seen(around)) is not None
    assert found.holders == ("nas/web",)
    newer = Surroundings((container(),), (record(), record("b", days=1, tag="other")))
    assert (found := seen(newer)) is not None
    assert found.holders == ()


def test_a_new_one_that_never_started_has_proven_nothing_until_it_runs() -> None:
    for status, unproven in (("created", ("nas/web",)), ("running", ())):
        around = Surroundings((container(status=status),), (record(),), unstarted={"op-a"})
        assert (found := seen(around)) is not None
        assert found.unproven == unproven
    around = Surroundings((), (), pending={TAG})
    assert (found := seen(around)) is not None
    assert found.unproven == (f"nas ({TAG})",)


def test_the_journal_tells_which_tags_dockmon_made_and_what_is_not_proven() -> None:
    follows = step("a", "b", tag="1.1", old_tag="1.0")
    made = replace(row("op", follows), facts={"tag_was": ""})
    name = "registry.lan/web:1.1"
    assert moved_there([made]) == {(image("b"), name)}
    assert moved_there([replace(made, facts={"tag_was": image("b")})]) == frozenset()
    assert moved_there([replace(row("op", step("a", "b")), facts={"tag_was": ""})]) == frozenset()
    assert pending_tags([made]) == {"keep-old"}
    assert unstarted([row("op", replace(follows, start_state="stopped")), made]) == {"op"}
    assert moved_there([replace(made, plan={"identity": "web"})]) == frozenset()
