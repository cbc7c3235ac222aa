"""Contract of `ports.store.CheckStore`, on the fake and on the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

from sqlmodel import select

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.adapters.store.tables import ContainerUpdateRow
from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.documents import decode
from tests.adapters.store.samples import DIGEST, NOW, OUTDATED, UNKNOWN, UP_TO_DATE, Opened


def test_an_answer_comes_back_whole(store: Opened) -> None:
    store().checks.save_answer("h", "media/web/1", OUTDATED)
    assert store().checks.answers() == {("h", "media/web/1"): OUTDATED}


def test_the_newest_good_answer_counts(store: Opened) -> None:
    store().checks.save_answer("h", "web", OUTDATED)
    later = replace(UP_TO_DATE, checked_at=NOW + timedelta(minutes=1))
    store().checks.save_answer("h", "web", later)
    assert store().checks.answers() == {("h", "web"): later}


def test_an_unknown_answer_leaves_the_good_one_beside_it(store: Opened) -> None:
    store().checks.save_answer("h", "web", OUTDATED)
    store().checks.save_answer("h", "web", UNKNOWN)
    assert store().checks.answers() == {("h", "web"): OUTDATED}


def test_a_good_answer_after_an_unknown_one_counts(store: Opened) -> None:
    store().checks.save_answer("h", "web", UNKNOWN)
    assert store().checks.answers() == {}
    store().checks.save_answer("h", "web", UP_TO_DATE)
    assert store().checks.answers() == {("h", "web"): UP_TO_DATE}


def test_the_answers_of_a_run_are_kept_together_by_the_same_rules(store: Opened) -> None:
    store().checks.save_answers({("h", "web"): OUTDATED, ("h", "db"): UP_TO_DATE})
    store().checks.save_answers({("h", "web"): UNKNOWN})
    store().checks.save_answers({})
    assert store().checks.answers() == {("h", "web"): OUTDATED, ("h", "db"): UP_TO_DATE}


def test_the_newest_answer_is_on_disk_whatever_it_says(real: Store) -> None:
    real.checks.save_answers({("h", "web"): OUTDATED, ("h", "db"): UP_TO_DATE})
    real.checks.save_answers({("h", "web"): UNKNOWN})
    with real._database.reading() as session:
        rows = session.exec(select(ContainerUpdateRow)).all()
        newest = {row.identity: decode(CheckAnswer, row.last) for row in rows}
    assert newest == {"web": UNKNOWN, "db": UP_TO_DATE}


def test_the_images_of_a_host_are_remembered_by_their_id(store: Opened) -> None:
    for host_id, image_id, digest in (("h", "sha256:1", "sha256:a"), ("h", "sha256:2", "sha256:b"), ("o", "x", "y")):
        store().checks.remember_image(host_id, image_id, "web", digest)
    known = {"sha256:1": {"web": {"sha256:a"}}, "sha256:2": {"web": {"sha256:b"}}}
    assert store().checks.remembered_images("h") == known
    assert store().checks.remembered_images("nobody") == {}


def test_the_same_name_on_two_hosts_has_two_answers(store: Opened) -> None:
    store().checks.save_answer("h1", "web", OUTDATED)
    store().checks.save_answer("h2", "web", UP_TO_DATE)
    assert store().checks.answers() == {("h1", "web"): OUTDATED, ("h2", "web"): UP_TO_DATE}


def test_a_digest_is_first_seen_once_for_each_repository(store: Opened) -> None:
    assert store().checks.first_seen("web", DIGEST, NOW) == NOW
    assert store().checks.first_seen("web", DIGEST, NOW + timedelta(days=3)) == NOW
    assert store().checks.first_seen("other", DIGEST, NOW + timedelta(days=3)) == NOW + timedelta(days=3)


def test_a_moment_given_in_another_zone_is_the_same_moment(store: Opened) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-7)))
    store().checks.first_seen("web", DIGEST, local)
    seen = store().checks.first_seen("web", DIGEST, NOW + timedelta(days=1))
    assert seen == NOW
    assert seen.tzinfo is not None


def test_images_are_remembered_by_host_and_repository(store: Opened) -> None:
    store().checks.remember_image("h", "sha256:1", "web", "sha256:a")
    store().checks.remember_image("h", "sha256:1", "web", "sha256:b")
    store().checks.remember_image("h", "sha256:1", "copy", "sha256:a")
    store().checks.remember_image("h", "sha256:1", "web", "sha256:a")
    assert store().checks.remembered_digests("h", "sha256:1") == {"web": {"sha256:a", "sha256:b"}, "copy": {"sha256:a"}}
    assert store().checks.remembered_digests("other", "sha256:1") == {}


def test_only_a_run_that_ended_with_zero_ended_well(store: Opened) -> None:
    assert not store().checks.ended_well("h", "job")
    store().checks.note_exit("h", "job", "c1", 137)
    assert not store().checks.ended_well("h", "job")
    store().checks.note_exit("h", "job", "c1", 0)
    assert store().checks.ended_well("h", "job")


def test_a_later_failure_does_not_undo_that_a_run_ended_well(store: Opened) -> None:
    store().checks.note_exit("h", "job", "c1", 0)
    store().checks.note_exit("h", "job", "c2", 1)
    store().checks.note_exit("h", "job", "c2", 1)
    assert store().checks.ended_well("h", "job")
    assert not store().checks.ended_well("h", "other")
