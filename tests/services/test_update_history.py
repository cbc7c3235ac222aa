"""What was done, also to containers and on hosts that are no longer there to be asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from dockmon_cli.core.errors import Ambiguous, HostError, NotFound
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services.update_history import HistoryReport, history, show
from tests.adapters.store.samples import NOW, operation
from tests.services.test_update_look import Fleet


@dataclass
class Past:
    """A fleet and what was done in it; `web` on nas is there, everything else is gone."""

    fleet: Fleet = field(default_factory=Fleet)

    def __post_init__(self) -> None:
        self.fleet.add("nas", "web")
        for host, name, identity in (
            ("nas", "web", "web"),
            ("nas", "db", "db"),
            ("attic", "db", "db"),
            ("nas", "shop-cart-1", "shop/cart/1"),
            ("barn", "owl", "owl"),
        ):
            self.add(host, name, identity)

    def add(self, host: str, name: str, identity: str, *others: str) -> None:
        """An operation on a container, in which others of its host went along."""
        rows, members = self.fleet.store.journal, [(name, identity), *((other, other) for other in others)]
        rows.open_operation(
            operation(
                f"{host}-{name}", host=host, host_id=f"id-{host}", name=name, identity=identity, phase="closed",
                opened_at=NOW + timedelta(minutes=len(rows.rows)),
                plan={"members": [{"name": called, "identity": whose} for called, whose in members]},
            )
        )  # fmt: skip

    def ask(self, *targets: str, hosts: tuple[str, ...] = (), filters: tuple[str, ...] = ()) -> HistoryReport:
        selector = parse_selector(targets, hosts, filters=filters)
        return asyncio.run(history(self.fleet.tools, selector, limit=50))

    def ops(self, *targets: str, hosts: tuple[str, ...] = ()) -> list[str]:
        report = self.ask(*targets, hosts=hosts)
        assert report.problems == ()
        return [row.op for row in report.operations]


@pytest.mark.parametrize(
    ("target", "op"),
    [
        ("nas/db", "nas-db"),
        ("shop-cart-1", "nas-shop-cart-1"),
        ("shop/cart/1", "nas-shop-cart-1"),
        ("nas/shop/cart/1", "nas-shop-cart-1"),
        ("barn/owl", "barn-owl"),
        ("owl", "barn-owl"),
        ("web", "nas-web"),
    ],
)
def test_a_container_that_is_gone_is_named_as_it_was(target: str, op: str) -> None:
    assert Past().ops(target) == [op]


def test_there_and_gone_ones_may_be_named_together_newest_first() -> None:
    assert Past().ops("nas/web", "attic/db") == ["attic-db", "nas-web"]


def test_one_that_went_along_in_the_operation_of_another_has_it_in_its_history() -> None:
    past = Past()
    past.fleet.add("nas", "torrent")
    past.add("nas", "vpn", "vpn", "torrent", "gone")
    past.add("nas", "torrent", "torrent")
    report = past.ask("nas/torrent")
    assert [row.op for row in report.operations] == ["nas-torrent", "nas-vpn"]
    assert [row.op for row in report.of_others] == ["nas-vpn"]
    assert past.ops("nas/gone") == past.ops("gone") == past.ops("vpn") == ["nas-vpn"]
    assert past.ask("vpn").of_others == ()


def test_what_several_hosts_had_has_to_be_told_apart() -> None:
    past = Past()
    (problem,) = past.ask("db").problems
    assert isinstance(problem, Ambiguous)
    assert problem.message == "db could be any of: attic/db, nas/db"
    assert past.ops("db", hosts=("attic",)) == ["attic-db"]


def test_what_nobody_ever_had_is_not_found() -> None:
    (problem,) = Past().ask("nas/nope").problems
    assert (type(problem), problem.target) == (NotFound, "nas/nope")


def test_a_host_that_does_not_answer_keeps_nothing_back_of_what_is_on_record() -> None:
    past = Past()
    past.fleet.engines.failures["attic"] = HostError("refused", "connection refused")
    assert past.ops("attic/db") == ["attic-db"]
    assert past.ops(hosts=("attic",)) == ["attic-db"]
    unsure = past.ask("attic/db", "attic/nope")
    assert ([row.op for row in unsure.operations], [p.code for p in unsure.problems]) == (["attic-db"], ["refused"])


def test_of_a_host_all_is_told_without_asking_it() -> None:
    past = Past()
    assert past.ops(hosts=("nas",)) == ["nas-shop-cart-1", "nas-db", "nas-web"]
    assert past.fleet.engines.opened == []


def test_filters_hold_for_what_is_there() -> None:
    report = Past().ask("nas/db", filters=("name=*",))
    assert [type(problem) for problem in report.problems] == [NotFound]


def test_an_operation_is_shown_by_the_beginning_of_its_name() -> None:
    tools = Past().fleet.tools
    assert show(tools, "nas-w").op == "nas-web"
    with pytest.raises(Ambiguous):
        show(tools, "nas-")
    with pytest.raises(NotFound):
        show(tools, "nope")
