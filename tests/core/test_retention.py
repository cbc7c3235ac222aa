"""Which of the kept images go, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dockmon_cli.core.check_answer import Available, CheckAnswer
from dockmon_cli.core.containers import Container
from dockmon_cli.core.kept_image import FetchedName, KeptImage, KeptRecord, Surroundings, kept_image
from dockmon_cli.core.kept_past import moved_there, pending_tags, unstarted
from dockmon_cli.core.retention import DEFAULT_LIMITS, Limits, judge
from tests.core.test_rollback import image, row, step

UP_TO_DATE = CheckAnswer("up_to_date")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = 86400.0
TAG = "dockmon-rollback/lan/web:a-b"
NEW = "dockmon-new/lan/web:aaaaaaaaaaaa-cccccccccccc"
GONE = "dockmon-new/lan/web:aaaaaaaaaaaa-eeeeeeeeeeee"
LAST = "lan/web:dockmon-prune-aaaaaaaaaaaa"


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
        ({"pending": (TAG,)}, "unproven"),
        ({"awaited": ("nas/web",)}, "fetched"),
        ({"fetched": (FetchedName(NEW, "web", is_known=False),)}, "not_recorded"),
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
    found = seen(RepoTags=[f"docker.io/{TAG}", "lan/web@sha256:1", "mine:1", f"localhost/{NEW}", "<none>:<none>"])
    assert found is not None
    assert (found.names, found.others) == ((TAG, NEW), ("mine:1",))
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
    assert found.pending == (TAG,)


def test_the_journal_tells_which_tags_dockmon_made_and_what_is_not_proven() -> None:
    follows = step("a", "b", tag="1.1", old_tag="1.0")
    made = replace(row("op", follows), facts={"tag_was": ""})
    name = "registry.lan/web:1.1"
    assert moved_there([made]) == {(image("b"), name)}
    assert moved_there([replace(made, facts={"tag_was": image("b")})]) == frozenset()
    assert moved_there([replace(row("op", step("a", "b")), facts={"tag_was": ""})]) == frozenset()
    assert pending_tags([made]) == {"keep-old", "keep-new"}
    unreadable = replace(made, plan={"members": [{"identity": "web", "name": "web", "keep_new": NEW}, 7]})
    assert pending_tags([unreadable]) == {NEW}
    assert unstarted([row("op", replace(follows, start_state="stopped")), made]) == {"op"}
    assert moved_there([replace(made, plan={"identity": "web"})]) == frozenset()


# What was fetched ahead


def waits_for(digest: str, state: Any = "update_available") -> CheckAnswer:
    return CheckAnswer(state, available=Available("lan/web:1", digest))


def fetched(
    *tags: str,
    answer: CheckAnswer | None = UP_TO_DATE,
    containers: tuple[Container, ...] = (container(),),
    records: tuple[KeptRecord, ...] = (),
    **around: Any,
) -> KeptImage:
    """An image under these names of ours, beside what is known of the container `web`."""
    answers = {"web": answer} if answer else {}
    found = seen(Surroundings(containers, records, answers=answers, **around), RepoTags=list(tags or (NEW,)))
    assert found is not None
    return found


def decided(image: KeptImage, limits: Limits = DEFAULT_LIMITS) -> tuple[bool, str]:
    (judged,) = judge([image], limits, NOW)
    return judged.goes, judged.reason


@pytest.mark.parametrize("answer", [waits_for("sha256:1"), waits_for(image("a")), waits_for("sha256:1", "pulled")])
def test_one_that_a_container_would_be_updated_to_stays_whatever_the_limits(answer: CheckAnswer) -> None:
    found = fetched(answer=answer)
    assert (found.awaited, set(found.waiting), found.repository) == (("nas/web",), {"web"}, "docker.io/lan/web")
    assert decided(found, Limits(0, 0.0)) == (False, "fetched")


@pytest.mark.parametrize("answer", [UP_TO_DATE, waits_for("sha256:2"), waits_for("sha256:1", "unknown")])
def test_one_that_no_container_would_be_updated_to_goes_at_once(answer: CheckAnswer) -> None:
    found = fetched(answer=answer)
    assert decided(found, Limits(99, 99 * DAY)) == (True, "superseded")
    assert found.prune_names == (LAST,)


def test_another_index_around_the_same_image_leads_to_it_as_well() -> None:
    assert decided(fetched(answer=waits_for("sha256:2"), digests={image("a"): {"sha256:2"}})) == (False, "fetched")


def test_one_that_was_not_fetched_ahead_is_judged_as_what_it_is_though_an_update_would_lead_back_to_it() -> None:
    left = fetched(TAG, answer=waits_for("sha256:1"), records=(record(),))
    assert (decided(left), decided(left, Limits(0, 0.0))) == ((False, "rollback_image"), (True, "retention"))


def test_a_container_that_runs_it_already_waits_for_it_no_more() -> None:
    there = (container(image_id=image("a")),)
    assert fetched(answer=waits_for("sha256:1"), containers=there).awaited == ()


def test_one_that_was_fetched_for_a_container_that_is_gone_serves_whoever_waits_for_it() -> None:
    assert decided(fetched(GONE)) == (True, "superseded")
    assert decided(fetched(GONE, answer=waits_for("sha256:1"))) == (False, "fetched")


def test_one_that_another_dockmon_fetched_is_left_to_it() -> None:
    assert decided(fetched(answer=None)) == (False, "not_recorded")
    assert decided(fetched(GONE, answer=None)) == (True, "superseded")


def test_what_an_operation_that_is_not_over_needs_stays() -> None:
    assert decided(fetched(NEW, GONE, pending={GONE})) == (False, "unproven")
    aside = replace(container("web.dockmon-old"), labels={})
    assert fetched(containers=(aside,)).waiting == {"web"}


@pytest.mark.parametrize("tags", [(NEW, "mine:1"), (NEW, LAST, "mine:1")])
def test_one_with_a_name_of_its_users_stays_and_the_name_that_it_was_fetched_under_goes(tags: tuple[str, ...]) -> None:
    found = fetched(*tags)
    assert (decided(found), found.spare) == ((False, "tagged"), (NEW,))
    assert "a name that it was fetched under goes" in judge([found], DEFAULT_LIMITS, NOW)[0].message
    assert fetched(*tags, answer=waits_for("sha256:1")).spare == ()
    assert fetched(*tags, answer=None).spare == ()


def test_the_last_name_of_an_image_in_use_stays() -> None:
    found = fetched(containers=(container("other", image_id=image("a")),))
    assert (decided(found), found.spare) == ((False, "in_use"), ())


def test_a_swap_under_way_loses_no_name() -> None:
    lock = container("web.dockmon-new", image_id=image("a"), status="created")
    assert fetched(NEW, "mine:1", containers=(lock,)).spare == ()


def test_the_name_that_one_was_fetched_under_keeps_nobody_from_letting_it_go() -> None:
    assert decided(fetched(NEW, TAG, records=(record(),)), Limits(0, 0.0)) == (True, "retention")
    kept_on = fetched(NEW, TAG, records=(record(days=1),))
    assert (decided(kept_on), kept_on.spare) == ((False, "rollback_image"), (NEW,))


def test_a_removal_that_was_cut_short_is_brought_to_its_end() -> None:
    assert decided(fetched(LAST)) == (True, "superseded")


def test_a_tag_that_dockmon_made_to_follow_a_newer_one_does_not_go_with_what_was_fetched() -> None:
    made = {(image("a"), "lan.local/web:1.1")}
    assert decided(fetched(NEW, "lan.local/web:1.1", moved_there=made)) == (False, "not_recorded")
