"""Contract of the ports in `ports/records.py`, on the fakes and on the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, text

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.decisions import Decision
from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.events import Event
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.update_plan.restraint import Refused
from tests.adapters.store.samples import DIGEST, NAS, NOW, Opened

EXACT = Hold(
    "1", ("update", "heal"), "ops", NOW, exact=("h1", "media/web/1"), until=NOW + timedelta(hours=2), reason="disk"
)
STANDING = Hold(
    "2", ("update",), "ops", NOW, parse_selector((), ["nas"], ["media"], ["name=w*"]), until_next_image=True
)
SKIPPED = Refused("h1", "web", DIGEST, "skip", "ops", NOW, "1.2")
DECISION = Decision("h1", "web", NOW, "skipped", "window", "its window opens", NOW + timedelta(hours=3), DIGEST)
EVENT = Event(
    NOW, "update_done", "h1", "nas", "h1:0123456789ab", "web", "media/web/1", "1.0", "1.1", "ops", "op1",
    {"reason": None, "old_digest": DIGEST},
)  # fmt: skip


def test_holds_come_back_whole_oldest_first(store: Opened) -> None:
    store().holds.save_hold(replace(STANDING, at=NOW + timedelta(minutes=1)))
    store().holds.save_hold(EXACT)
    assert store().holds.holds() == [EXACT, replace(STANDING, at=NOW + timedelta(minutes=1))]


def test_a_hold_with_the_same_id_is_replaced_and_others_stay(store: Opened) -> None:
    for hold in (EXACT, STANDING, replace(EXACT, reason=None, until=None)):
        store().holds.save_hold(hold)
    assert store().holds.holds() == [replace(EXACT, reason=None, until=None), STANDING]
    store().holds.forget_holds(["1", "nobody"])
    assert store().holds.holds() == [STANDING]


def test_refusals_are_by_container_digest_and_kind(store: Opened) -> None:
    others = [
        replace(SKIPPED, kind="rolled_back"),
        replace(SKIPPED, digest="sha256:other"),
        replace(SKIPPED, identity="db"),
        replace(SKIPPED, host_id="h2"),
    ]
    for refused in (SKIPPED, *others, replace(SKIPPED, by="cron")):
        store().refusals.save_refusal(refused)
    assert {*store().refusals.refusals()} == {*others, replace(SKIPPED, by="cron")}
    store().refusals.forget_refusals([SKIPPED, replace(SKIPPED, identity="nobody")])
    assert {*store().refusals.refusals()} == {*others}


def test_only_the_last_decision_is_kept(store: Opened) -> None:
    done = Decision("h1", "web", NOW + timedelta(days=1), "updated")
    store().records.record([], [DECISION, replace(DECISION, identity="db")])
    store().records.record([], [done])
    assert store().records.decisions() == {("h1", "web"): done, ("h1", "db"): replace(DECISION, identity="db")}


def test_events_come_back_whole_the_newest_first(store: Opened) -> None:
    store().records.record([EVENT, replace(EVENT, kind="second")])
    store().records.record([Event(NOW, "third")])
    assert store().records.events(limit=10) == [Event(NOW, "third"), replace(EVENT, kind="second"), EVENT]
    assert [event.kind for event in store().records.events(limit=1)] == ["third"]


def test_a_host_takes_its_holds_refusals_and_decisions_with_it_and_leaves_its_events(store: Opened) -> None:
    store().hosts.add_host(NAS)
    mine = NAS.host_id
    for host_id in (mine, "other"):
        store().holds.save_hold(replace(EXACT, id=host_id, exact=(host_id, "web")))
        store().refusals.save_refusal(replace(SKIPPED, host_id=host_id))
        store().records.record([replace(EVENT, host_id=host_id)], [replace(DECISION, host_id=host_id)])
    counts = {"holds": 1, "refused updates": 1, "update decisions": 1}
    assert store().hosts.settings_of(mine) == counts
    store().hosts.remove_host(mine)
    assert [hold.id for hold in store().holds.holds()] == ["other"]
    assert [refused.host_id for refused in store().refusals.refusals()] == ["other"]
    assert {*store().records.decisions()} == {("other", "web")}
    assert len(store().records.events(limit=10)) == 2


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE holds SET selector = '[]'",
        "UPDATE update_refusals SET kind = 'whim'",
        "UPDATE update_decisions SET would = 'x'",
    ],
)
def test_a_row_that_is_no_such_thing_is_a_store_error(real: Store, broken: str) -> None:
    real.holds.save_hold(STANDING)
    real.refusals.save_refusal(SKIPPED)
    real.records.record([], [DECISION])
    with real._database.writing() as session:
        assert isinstance(session, Session)
        session.connection().execute(text(broken))
    with pytest.raises(StoreError):
        (real.holds.holds(), real.refusals.refusals(), real.records.decisions())
