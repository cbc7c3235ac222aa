"""What is kept on record of runs: the last decision about each container, and an event where that is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.ports.lock import container_lease
from dockmon_cli.services.update import JUST_ASKED
from tests.fakes.engine import NOW
from tests.services.nights import Nights, one_outdated, results

HOLD = Hold("1", ("update",), "ops", NOW, exact=("id-nas", "web"))
NAMED = parse_selector(("nas/web",))


@pytest.fixture
def nights() -> Nights:
    """One outdated container, on automatic."""
    return one_outdated("nas/web")


def test_an_event_is_written_when_the_reason_changes_and_not_every_night(nights: Nights) -> None:
    nights.on("nas/web", window="night")
    assert [nights.run().news for _ in range(3)] == [{nights.key("web")}, frozenset(), frozenset()]
    assert nights.kinds == [("update_skipped", "web")]
    nights.store.holds.save_hold(HOLD)
    nights.run()
    nights.run()
    assert nights.kinds == [("update_skipped", "web")] * 2
    reasons = [event.details["reason"] for event in nights.store.records.log]
    assert reasons == ["window", "held"]


@pytest.mark.parametrize("between", ["not_automatic", "busy"])
def test_what_says_nothing_of_a_container_makes_no_old_reason_news_again(between: str) -> None:
    nights = Nights()
    nights.outdated("nas", "web")
    waiting = Rule("min_age", 86400.0, NAMED, origin="dockmon.toml:4")
    nights.rules = automatic = (Rule("auto", True, NAMED, origin="dockmon.toml:3"), waiting)
    assert nights.run().news == {nights.key("web")}
    before = nights.store.records.last["id-nas", "web"]
    if between == "not_automatic":
        nights.rules = (waiting,)
        assert results(nights.run()) == [("nas/web", "skipped", "not_automatic")]
    else:
        nights.leases.held.add(container_lease("id-nas", "web"))
        assert results(nights.run(NAMED, JUST_ASKED)) == [("nas/web", "skipped", "busy")]
        nights.leases.held.clear()
    assert nights.store.records.last["id-nas", "web"] == before
    nights.rules = automatic
    again = nights.run()
    assert (results(again), again.news) == ([("nas/web", "skipped", "min_age")], frozenset())
    assert nights.kinds == [("update_skipped", "web")]


def test_what_was_done_is_an_event_each_time_and_what_is_up_to_date_is_none(nights: Nights) -> None:
    nights.run()
    nights.run()
    (event,) = nights.store.records.log
    assert (event.kind, event.host, event.identity, event.by) == ("update_done", "nas", "web", "cron:auto")
    assert event.correlation_id == "op-1"
    assert event.details["old_digest"] != event.details["new_digest"] is not None
    assert nights.store.records.last["id-nas", "web"].result == "unchanged"


def test_the_last_decision_tells_when_it_is_tried_again(nights: Nights) -> None:
    nights.on("nas/web", window="night")
    nights.run()
    decision = nights.store.records.last["id-nas", "web"]
    assert (decision.result, decision.reason, decision.next_try_at) == ("skipped", "window", NOW + timedelta(hours=14))
    nights.store.holds.save_hold(HOLD)
    nights.run()
    assert nights.store.records.last["id-nas", "web"].next_try_at is None


def test_what_went_by_itself_is_told_apart_from_what_its_user_asked_for(nights: Nights) -> None:
    nights.run()
    nights.release("web", "another one")
    nights.run(NAMED, JUST_ASKED)
    assert [row.by for row in nights.store.journal.history(limit=9)] == ["cron", "cron:auto"]
    assert [event.by for event in nights.store.records.log] == ["cron:auto", "cron"]


def test_updates_whose_record_can_not_be_written_are_told_all_the_same(nights: Nights) -> None:
    nights.store.records.full = True
    report = nights.run()
    assert results(report) == [("nas/web", "updated", None)]
    assert [problem.message for problem in report.problems] == ["the store can't be written: the disk is full"]
