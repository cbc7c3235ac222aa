"""Setting which tags containers follow, on engines and a store in memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dockmon_cli.core.container_settings import resolve_settings
from dockmon_cli.core.errors import Declared, NotFound
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tag_candidates import EXACT, Tracking
from dockmon_cli.services.listing import listed
from dockmon_cli.services.tracks import Following, SetTrack, TracksReport, follow, forget
from tests.services.checking import StillClock
from tests.services.test_rules import Yard, declared

NOW = StillClock().now()


def say(yard: Yard, *targets: str, tag: tuple[str, ...] = (), **wanted: Any) -> TracksReport:
    return asyncio.run(follow(yard.desk, parse_selector(targets, tags=tag), Following(**wanted)))


def undo(yard: Yard, *targets: str, tag: tuple[str, ...] = ()) -> TracksReport:
    return asyncio.run(forget(yard.desk, parse_selector(targets, tags=tag)))


def holds(yard: Yard, name: str) -> Tracking:
    """What one container of the host nas follows now."""

    async def ask() -> Tracking:
        found = {each.name: each for each in await listed(yard.hosts["nas"], yard.tags, all=True)}
        return resolve_settings(found[name], yard.store.rules()).tracking

    return asyncio.run(ask())


def test_a_target_follows_what_was_set_and_one_item_tells_all_of_it() -> None:
    yard = Yard()
    report = say(yard, "nas/db", track="minor", include=("16.*",), prerelease=True)
    assert report.items == (SetTrack("nas/db", "minor", ("16.*",), None, True, "ops", NOW),)
    assert holds(yard, "db") == Tracking("minor", ("16.*",), (), True)
    assert holds(yard, "shop-web-1") == EXACT


def test_what_is_not_named_again_stays_and_an_empty_list_takes_globs_away() -> None:
    yard = Yard()
    say(yard, "nas/db", track="minor", include=("16.*",), exclude=("*-rc*",), prerelease=True)
    say(yard, "nas/db", track="major", prerelease=False)
    assert holds(yard, "db") == Tracking("major", ("16.*",), ("*-rc*",), False)
    say(yard, "nas/db", track="major", include=())
    assert holds(yard, "db") == Tracking("major", (), ("*-rc*",), False)


def test_a_selection_is_a_standing_rule_that_a_target_overrules() -> None:
    yard = Yard()
    say(yard, tag=("shop",), track="patch")
    assert holds(yard, "shop-web-1") == Tracking("patch")
    say(yard, "nas/shop-web-1", track="major")
    assert holds(yard, "shop-web-1") == Tracking("major")
    report = say(yard, tag=("shop",), track="minor")
    assert [item.target for item in report.items] == ["--tag=shop"]
    assert report.notes == ("nas/shop-web-1: track stays major (stronger: by ops, 2026-11-20)",)


def test_it_is_forgotten_with_the_same_words_and_what_is_weaker_holds_again() -> None:
    yard = Yard()
    say(yard, tag=("shop",), track="patch")
    say(yard, "nas/shop-web-1", track="major", exclude=("9.*",))
    report = undo(yard, "nas/shop-web-1")
    assert report.items == (SetTrack("nas/shop-web-1", "major", None, ("9.*",), None, "ops", NOW),)
    assert holds(yard, "shop-web-1") == Tracking("patch")
    assert undo(yard, tag=("shop",)).items == (SetTrack("--tag=shop", "patch", by="ops", at=NOW),)
    assert holds(yard, "shop-web-1") == EXACT
    assert undo(yard, tag=("shop",)).notes == ("nothing was set for --tag=shop",)


def test_nothing_is_set_where_one_target_is_missing_or_the_file_says_it() -> None:
    yard = Yard()
    report = say(yard, "nas/nobody", track="minor")
    assert report.items == ()
    assert [type(problem) for problem in report.problems] == [NotFound]
    rule = declared("block", targets=["nas/db"])
    yard = Yard(declared=(type(rule)("track", "minor", rule.selector, origin=rule.origin, name=rule.name),))
    with pytest.raises(Declared):
        say(yard, "nas/db", track="major")
    assert yard.store.rules() == []
