"""What users set is kept as it was said: rules, patterns, tags."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dockmon_cli.adapters.store import quick
from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.container_settings import Rule, in_words
from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tags import GivenTag
from tests.adapters.store.samples import EDGE, NAS, NOW, Opened, Ports

EXACT = Rule("policy", "block", exact=(NAS.host_id, "media/web/1"), by="ops", at=NOW, reason="prod data")
STANDING = Rule(
    "include", ("1.*", "2.*"), parse_selector((), ["nas"], ["media"], ["name=p*", "name=m*"]),
    by="ops", at=NOW + timedelta(hours=1),
)  # fmt: skip


def test_rules_come_back_as_they_were_said_oldest_first(store: Opened) -> None:
    store().rules.save_rules([STANDING, EXACT])
    exact, standing = store().rules.rules()
    assert exact == EXACT
    assert standing.selector.filters.values("name") == ("m*", "p*")
    assert replace(standing, selector=STANDING.selector) == STANDING


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("auto", True),
        ("auto", False),
        ("track", "minor"),
        ("min_age", 0.0),
        ("window", "night"),
        ("exclude", ("*-rc",)),
    ],
)
def test_every_sort_of_value_comes_back(store: Opened, setting: str, value: object) -> None:
    store().rules.save_rules([Rule(setting, value, exact=(NAS.host_id, "web"), by="ops", at=NOW)])
    (rule,) = store().rules.rules()
    assert (rule.value, type(rule.value)) == (value, type(value))


def test_setting_the_same_thing_again_replaces_it_however_the_selection_was_ordered(store: Opened) -> None:
    again = parse_selector((), ["nas"], ["media"], ["name=m*", "name=p*"])
    store().rules.save_rules([EXACT, STANDING])
    store().rules.save_rules([replace(STANDING, selector=again, value=("3.*",)), replace(EXACT, value="warn")])
    assert [rule.value for rule in store().rules.rules()] == ["warn", ("3.*",)]


def test_rules_are_forgotten_by_what_they_are_about(store: Opened) -> None:
    store().rules.save_rules([EXACT, STANDING, replace(EXACT, setting="track", value="minor")])
    store().rules.forget_rules([replace(EXACT, by="", at=None, value=None), replace(STANDING, setting="auto")])
    assert {rule.setting for rule in store().rules.rules()} == {"include", "track"}


def test_patterns_come_back_and_are_replaced_by_glob_and_owner(store: Opened) -> None:
    own = Pattern("postgres*", "block", "databases", own=True, by="ops", at=NOW)
    off = Pattern("postgres", "warn", "databases", own=False, enabled=False, by="ops", at=NOW)
    for pattern in (own, off, replace(own, verdict="warn"), replace(own, own=False, enabled=False)):
        store().patterns.save_pattern(pattern)
    assert store().patterns.patterns() == [
        off, replace(own, own=False, enabled=False), replace(own, verdict="warn"),
    ]  # fmt: skip
    store().patterns.forget_pattern("postgres*")
    store().patterns.forget_pattern("never-there")
    assert [pattern.own for pattern in store().patterns.patterns()] == [False, False]


def test_tags_are_kept_once_and_taken_away_one_by_one(store: Opened) -> None:
    web, db = GivenTag(NAS.host_id, "web", "media", "ops", NOW), GivenTag(NAS.host_id, "db", "media", "ops", NOW)
    store().tags.save_tags([web, db])
    store().tags.save_tags([replace(web, by="other", at=NOW + timedelta(days=1)), replace(web, tag="backup")])
    assert store().tags.tags() == [replace(web, tag="backup"), db, web]
    store().tags.forget_tags([web, replace(db, tag="never")])
    assert store().tags.tags() == [replace(web, tag="backup"), db]


def test_a_removed_host_takes_its_settings_and_tags_with_it(store: Opened) -> None:
    for host in (NAS, EDGE):
        store().hosts.add_host(host)
        store().rules.save_rules([replace(EXACT, exact=(host.host_id, "web"))])
        store().tags.save_tags([GivenTag(host.host_id, "web", "media", "ops", NOW)])
    assert store().hosts.settings_of(NAS.host_id) == {"settings": 1, "tags": 1}
    store().hosts.remove_host(NAS.host_id)
    assert [rule.exact for rule in store().rules.rules()] == [(EDGE.host_id, "web")]
    assert [tag.host_id for tag in store().tags.tags()] == [EDGE.host_id]


def standing(*hosts: str, tag: str = "", value: str = "block") -> Rule:
    selector = parse_selector((), hosts, [tag] if tag else [])
    return Rule("policy", value, selector, by="ops", at=NOW)


def hold(name: str, *hosts: str) -> Hold:
    return Hold(name, ("update",), "ops", NOW, selector=parse_selector((), hosts, ["media"]))


def in_force(store: Ports) -> set[tuple[str, str]]:
    held = {(in_words(each.selector), each.id) for each in store.holds.holds()}
    return {(in_words(rule.selector), rule.value) for rule in store.rules.rules()} | held


def test_what_stands_for_a_host_follows_its_new_name(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().rules.save_rules(
        [standing("nas"), standing("nas", "edge"), standing(tag="nas"), standing("box", value="warn")]
    )
    store().holds.save_hold(hold("h1", "nas"))
    store().hosts.change_host(replace(NAS, name="box"))
    assert in_force(store()) == {
        ("--host=box", "block"), ("--host=box --host=edge", "block"), ("--tag=nas", "block"),
        ("--host=box --tag=media", "h1"),
    }  # fmt: skip


def test_what_stands_for_a_removed_host_alone_goes_with_it_and_is_counted(store: Opened) -> None:
    store().hosts.add_host(NAS)
    store().rules.save_rules(
        [standing("nas"), standing("nas", tag="media"), standing("nas", "edge"), standing(tag="nas")]
    )
    store().holds.save_hold(hold("h1", "nas"))
    store().holds.save_hold(hold("h2", "edge"))
    assert store().hosts.settings_of(NAS.host_id) == {"standing rules": 3}
    store().hosts.remove_host(NAS.host_id)
    assert in_force(store()) == {
        ("--host=edge", "block"), ("--tag=nas", "block"), ("--host=edge --tag=media", "h2"),
    }  # fmt: skip


def test_reading_without_the_orm_gives_the_tags_too(real: Store, path: Path) -> None:
    real.tags.save_tags([GivenTag(NAS.host_id, "web", "media", "ops", NOW)])
    assert list(quick.read(path).tags) == real.tags.tags()


def test_a_store_of_the_first_version_is_read_as_it_is_and_brought_up_to_date_by_the_first_use(path: Path) -> None:
    _make_old(path)
    assert quick.read(path).tags == ()
    with Store(path) as store:
        store.hosts.add_host(NAS)
        assert store.rules.rules() == []
        store.tags.save_tags([GivenTag(NAS.host_id, "web", "media", "ops", NOW)])
    assert [tag.tag for tag in quick.read(path).tags] == ["media"]


def _make_old(path: Path) -> None:
    """Leave of a store what the first version had."""
    new = {"update_policies", "policy_patterns", "container_tags", "holds", "update_refusals", "update_decisions",
           "event_logs", "kept_images", "operation_members"}  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        for table in new:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()


@pytest.mark.parametrize("value", ["blok", ""])
def test_a_pattern_with_an_unknown_verdict_is_a_broken_row(real: Store, path: Path, value: str) -> None:
    real.patterns.save_pattern(Pattern("x", "block", own=True, by="ops", at=NOW))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE policy_patterns SET verdict = ?", (value,))
        connection.commit()
    with pytest.raises(StoreError):
        real.patterns.patterns()
