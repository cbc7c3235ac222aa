"""Holds: whom they cover, and when they are over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dockmon_cli.core.containers import Container
from dockmon_cli.core.holds import Hold, hold_on
from dockmon_cli.core.selection import parse_selector

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEB = Container("h1", "nas", "d" * 64, "web", "web:1", "sha256:a", "running", NOW)
HOLD = Hold("1", ("update",), "ops", NOW)
EXACT = replace(HOLD, exact=("h1", "web"))


@pytest.mark.parametrize(
    ("hold", "covered"),
    [
        (EXACT, True),
        (replace(HOLD, exact=("h1", "db")), False),
        (replace(HOLD, exact=("h2", "web")), False),
        (replace(HOLD, selector=parse_selector(hosts=["nas"])), True),
        (replace(HOLD, selector=parse_selector(hosts=["edge"])), False),
        (replace(HOLD, selector=parse_selector(filters=["name=w*"])), True),
        (HOLD, False),
    ],
)
def test_a_hold_covers_what_it_was_set_for(hold: Hold, covered: bool) -> None:
    assert hold.covers(WEB) is covered


def test_a_hold_without_an_end_lasts() -> None:
    assert not HOLD.has_ended(NOW + timedelta(days=3650), NOW + HOUR)


def test_a_hold_ends_at_its_time() -> None:
    hold = replace(HOLD, until=NOW + HOUR)
    assert [hold.has_ended(NOW + HOUR - timedelta(seconds=1)), hold.has_ended(NOW + HOUR)] == [False, True]


@pytest.mark.parametrize(("seen", "ended"), [(None, False), (NOW - HOUR, False), (NOW, False), (NOW + HOUR, True)])
def test_a_hold_until_the_next_image_ends_at_one_seen_after_it(seen: datetime | None, ended: bool) -> None:
    assert replace(HOLD, until_next_image=True).has_ended(NOW + 2 * HOUR, seen) is ended


def test_of_several_holds_the_one_that_lasts_longest_is_told() -> None:
    short, long = replace(EXACT, id="s", until=NOW + HOUR), replace(EXACT, id="l", until=NOW + 2 * HOUR)
    image, forever = replace(EXACT, id="i", until_next_image=True), replace(EXACT, id="f")
    order = [short, long, image, forever]
    for count in range(1, 5):
        assert hold_on(order[:count], WEB, "update", NOW) is order[count - 1]
    assert hold_on([short, long], WEB, "update", NOW + 3 * HOUR) is None


def test_a_hold_on_something_else_holds_no_update() -> None:
    assert hold_on([replace(EXACT, features=("heal",))], WEB, "update", NOW) is None
