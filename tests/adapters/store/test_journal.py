"""Contract of `ports.store.Journal`, on the fake and on the real one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import Ambiguous, StoreError
from dockmon_cli.core.operation import StepRecord
from dockmon_cli.core.past import Known
from dockmon_cli.ports.store import Journal
from tests.adapters.store.samples import EDGE, NAS, NOW, Opened, operation


@pytest.fixture
def journal(store: Opened) -> Callable[[], Journal]:
    return lambda: store().journal


def test_an_operation_comes_back_as_it_was_opened(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation())
    assert journal().operation("op1") == operation()


def test_the_last_state_that_was_saved_is_the_one_found(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation())
    later = replace(
        operation(),
        phase="closed",
        steps=(*operation().steps, StepRecord("start", NOW, "failed", 0.5, "no such command")),
        result="rolled_back",
        reason="start_failed",
        message="the new one did not start",
        log="line 1\nline 2\x00\x1b[31m",
        exit_code=127,
        closed_at=NOW + timedelta(minutes=2),
    )
    journal().save_operation(later)
    assert journal().operation("op1") == later
    assert journal().history(limit=10) == [later]


def test_opening_the_same_op_twice_is_an_error(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation())
    with pytest.raises(StoreError):
        journal().open_operation(operation(name="other"))
    assert journal().operation("op1") == operation()


def test_saving_an_operation_whose_row_is_gone_writes_it_again(journal: Callable[[], Journal]) -> None:
    journal().save_operation(operation())
    assert journal().unfinished() == [operation()]


def test_an_operation_is_found_by_a_unique_prefix(journal: Callable[[], Journal]) -> None:
    for op in ("ab12", "ab12cd", "ab99"):
        journal().open_operation(operation(op))
    assert journal().operation("ab9") == operation("ab99")
    assert journal().operation("ab12") == operation("ab12")
    assert journal().operation("ab12c") == operation("ab12cd")


def test_a_prefix_of_several_operations_is_ambiguous(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("ab12"))
    journal().open_operation(operation("ab99"))
    with pytest.raises(Ambiguous):
        journal().operation("ab")


@pytest.mark.parametrize("op", ["zz", "", "AB", "a%", "a_1", "ab123"])
def test_what_no_operation_begins_with_finds_none(journal: Callable[[], Journal], op: str) -> None:
    journal().open_operation(operation("ab12"))
    assert journal().operation(op) is None


def test_unfinished_are_those_not_closed_oldest_first(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("late", minutes=9, phase="back"))
    journal().open_operation(operation("closed", minutes=5, phase="closed"))
    journal().open_operation(operation("early", minutes=1, phase="committed"))
    assert [row.op for row in journal().unfinished()] == ["early", "late"]


def test_history_is_newest_first_and_limited(journal: Callable[[], Journal]) -> None:
    for minutes, op in enumerate(["one", "two", "three"]):
        journal().open_operation(operation(op, minutes=minutes))
    assert [row.op for row in journal().history(limit=2)] == ["three", "two"]
    assert journal().history(limit=0) == []


def test_history_keeps_the_asked_containers_only(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("a", identity="web"))
    journal().open_operation(operation("b", identity="db", minutes=1))
    journal().open_operation(operation("c", identity="web", host_id=EDGE.host_id, minutes=2))
    keys = [(NAS.host_id, "web"), (EDGE.host_id, "web"), (EDGE.host_id, "db")]
    assert [row.op for row in journal().history(limit=10, keys=keys)] == ["c", "a"]
    assert journal().history(limit=10, keys=[]) == []


def test_history_keeps_the_asked_hosts_only(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("a"))
    journal().open_operation(operation("b", host_id=EDGE.host_id, minutes=1))
    assert [row.op for row in journal().history(limit=10, host_ids=[EDGE.host_id])] == ["b"]
    assert journal().history(limit=10, host_ids=[]) == []


def group(*names: str) -> Document:
    """The plan of a group as it is stored, of which only this is read."""
    return {"members": [{"identity": f"shop/{name}/1", "name": name} for name in names]}


def test_history_finds_the_operations_that_a_container_was_a_member_of(journal: Callable[[], Journal]) -> None:
    mine: dict[str, Any] = {"identity": "shop/vpn/1", "name": "vpn"}
    journal().open_operation(operation("a", plan=group("vpn", "torrent"), **mine))
    journal().open_operation(operation("b", plan=group("vpn"), minutes=1, **mine))
    journal().save_operation(operation("c", plan=group("vpn", "torrent"), minutes=2, **mine))
    journal().open_operation(operation("d", plan=group("vpn", "torrent"), host_id=EDGE.host_id, minutes=3, **mine))
    journal().save_operation(operation("c", plan=group("vpn", "torrent"), minutes=2, phase="closed", **mine))
    follows = [(NAS.host_id, "shop/torrent/1")]
    assert [row.op for row in journal().history(limit=10, keys=follows)] == ["c", "a"]
    both = [*follows, (NAS.host_id, "shop/vpn/1")]
    assert [row.op for row in journal().history(limit=10, keys=both)] == ["c", "b", "a"]
    assert [row.op for row in journal().history(limit=1, keys=follows)] == ["c"]


def test_a_container_is_found_by_what_it_or_its_identity_was_called(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("a", name="web", identity="shop/web/1"))
    journal().open_operation(operation("b", name="www", identity="shop/web/1", minutes=1))
    journal().open_operation(operation("c", name="web", identity="web", host="edge", host_id=EDGE.host_id))
    journal().open_operation(operation("d", name="db", identity="db"))
    nas, edge = Known(NAS.host_id, "nas", "shop/web/1", "web"), Known(EDGE.host_id, "edge", "web", "web")
    assert set(journal().called(["web", "nothing"])) == {nas, edge}
    assert journal().called(["shop/web/1"]) == [replace(nas, name="www")]
    assert journal().called([]) == []


def test_one_that_only_ever_followed_others_is_found_by_its_name(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("a", name="vpn", identity="shop/vpn/1", plan=group("vpn", "torrent")))
    journal().open_operation(operation("b", plan={"members": [{"name": "torrent"}, "nonsense"]}, minutes=1))
    assert journal().called(["torrent"]) == [Known(NAS.host_id, "nas", "shop/torrent/1", "torrent")]


def test_members_go_with_the_host_of_their_operation(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().journal.open_operation(operation("a", plan=group("vpn", "torrent")))
    store().hosts.remove_host(NAS.host_id)
    assert store().journal.called(["torrent"]) == []


def test_history_takes_as_many_containers_as_a_hundred_hosts_have(journal: Callable[[], Journal]) -> None:
    journal().open_operation(operation("a", identity="c4999"))
    keys = [(NAS.host_id, f"c{number}") for number in range(5000)]
    assert [row.op for row in journal().history(limit=10, keys=keys)] == ["a"]


def test_moments_are_kept_to_the_millisecond(journal: Callable[[], Journal]) -> None:
    journal().open_operation(replace(operation(), opened_at=NOW + timedelta(microseconds=321)))
    assert journal().operation("op1") == operation()


def test_operations_from_before_members_were_noted_are_found_by_them_too(real: Store, path: Path) -> None:
    mine: dict[str, Any] = {"identity": "shop/vpn/1", "name": "vpn"}
    real.journal.open_operation(operation("a", plan=group("vpn", "torrent"), **mine))
    real.journal.open_operation(operation("b", plan={"members": "nonsense"}, minutes=1, **mine))
    real.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE operation_members")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
        connection.commit()
    assert [row.op for row in real.journal.history(limit=9, keys=[(NAS.host_id, "shop/torrent/1")])] == ["a"]
    assert [row.op for row in real.journal.history(limit=9, keys=[(NAS.host_id, "shop/vpn/1")])] == ["b", "a"]
    assert real.journal.called(["torrent"]) == [Known(NAS.host_id, "nas", "shop/torrent/1", "torrent")]
