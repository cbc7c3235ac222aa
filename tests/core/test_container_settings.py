"""What holds for one container: flag, label, rules from target to filter, default; a tie goes to the stricter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.container_settings import (
    BY_NAME,
    NOTHING_SET,
    SETTINGS,
    Default,
    Rule,
    UpdateSettings,
    in_words,
    read_back,
    resolve_settings,
    written,
)
from dockmon_cli.core.containers import Container
from dockmon_cli.core.selection import Selector, parse_selector

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def container(labels: dict[str, str] | None = None) -> Container:
    return Container(
        "id-nas", "nas", "0123456789ab" + "c" * 52, "web", "web:1", "sha256:" + "d" * 64, "running", NOW, labels or {}
    )


def rule(setting: str, value: Any, **words: list[str]) -> Rule:
    return Rule(setting, value, parse_selector(**words), origin="dockmon.toml:1", name="rule")


def exact(setting: str, value: Any, identity: str = "web", host_id: str = "id-nas") -> Rule:
    return Rule(setting, value, exact=(host_id, identity), by="ops", at=NOW, reason="why")


def settings(*rules: Rule, flags: dict[str, Any] | None = None, labels: dict[str, str] | None = None) -> UpdateSettings:
    carried = {f"dockmon.update.{key}": value for key, value in (labels or {}).items()}
    return resolve_settings(container(carried), rules, {"track": Default("major", "dockmon.toml:9")}, flags)


def test_where_nobody_said_anything_the_defaults_hold() -> None:
    assert resolve_settings(container()) == NOTHING_SET
    assert {name: chosen.value for name, chosen in NOTHING_SET} == {
        "auto": False, "track": "exact", "include": (), "exclude": (), "prerelease": False, "min_age": 0.0,
        "window": None, "order": "stop-first", "pre": None, "post": None,
    }  # fmt: skip
    assert {chosen.origin for _name, chosen in NOTHING_SET} == {"default"}


def test_the_strongest_that_says_something_wins_and_tells_where_it_stands() -> None:
    rules = [
        rule("track", "latest", filters=["name=w*"]),
        rule("track", "exact", hosts=["nas"]),
        rule("track", "latest", tags=["media"]),
        exact("track", "patch"),
    ]
    tagged = {"dockmon.tags": "media"}
    label, flag = {**tagged, "dockmon.update.track": "minor"}, {"track": "exact"}
    chosen = [
        resolve_settings(container(label), rules, flags=flag).track,
        resolve_settings(container(label), rules).track,
    ]
    for _ in range(4):
        chosen.append(resolve_settings(container(tagged), rules, {"track": Default("major", "d:9")}).track)
        rules.pop()
    chosen.append(resolve_settings(container(tagged), rules, {"track": Default("major", "d:9")}).track)
    assert [(each.value, each.scope, each.origin) for each in chosen] == [
        ("exact", "flag", "--track"),
        ("minor", "label", "label dockmon.update.track"),
        ("patch", "target", 'by ops, 2026-11-02, "why"'),
        ("latest", "tag", "dockmon.toml:1"),
        ("exact", "host", "dockmon.toml:1"),
        ("latest", "filter", "dockmon.toml:1"),
        ("major", "default", "d:9"),
    ]


def test_a_rule_for_one_setting_says_nothing_of_the_others() -> None:
    found = settings(rule("min_age", 60.0, hosts=["nas"]))
    assert (found.min_age.value, found.track.value, found.auto.value) == (60.0, "major", False)
    assert found.min_age.rule == rule("min_age", 60.0, hosts=["nas"])


def test_what_is_stored_for_an_identity_holds_for_no_other_host_or_identity() -> None:
    elsewhere = [exact("auto", True, identity="db"), exact("auto", True, host_id="id-attic")]
    assert settings(*elsewhere).auto == NOTHING_SET.auto
    assert settings(*elsewhere, exact("auto", True)).auto.value is True


@pytest.mark.parametrize(
    ("name", "lenient", "strict"),
    [
        ("auto", True, False),
        ("track", "latest", "exact"),
        ("track", "major", "patch"),
        ("include", (), ("1.*",)),
        ("include", ("1.*", "2.*"), ("1.*",)),
        ("exclude", (), ("*-rc*",)),
        ("prerelease", True, False),
        ("min_age", 60.0, 3600.0),
        ("window", None, "sat 02:00-03:00"),
        ("order", "start-first", "stop-first"),
    ],
)
def test_of_two_rules_of_one_strength_the_stricter_holds_and_names_the_other(
    name: str, lenient: Any, strict: Any
) -> None:
    pair = [rule(name, lenient, hosts=["nas"]), rule(name, strict, hosts=["nas"])]
    for rules in (pair, pair[::-1]):
        chosen = dict(settings(*rules))[name]
        assert chosen.value == strict
        assert chosen.note == f"overrules {BY_NAME[name].show(lenient)} by host (dockmon.toml:1)"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("auto", "on", True), ("auto", "true", True), ("auto", " OFF ", False), ("track", "Minor", "minor"),
        ("include", "1.*, 2.*,", ("1.*", "2.*")), ("exclude", "", ()), ("prerelease", "false", False),
        ("min_age", "3d", 259200.0), ("window", " night ", "night"), ("window", "", None),
        ("order", "start-first", "start-first"), ("pre", "/b.sh --all", "/b.sh --all"), ("post", "true", "true"),
    ],
)  # fmt: skip
def test_a_labels_text_becomes_the_settings_value(name: str, text: str, value: Any) -> None:
    chosen = dict(settings(labels={name: text}))[name]
    assert (chosen.value, chosen.scope, chosen.note) == (value, "label", "")


@pytest.mark.parametrize(
    ("name", "text", "safe", "told"),
    [
        ("auto", "yes", False, "'yes' has no meaning, so it counts as off; dockmon.update.auto takes on or off"),
        ("track", "minr", "exact", "takes exact, patch, minor, major or latest, did you mean minor?"),
        ("prerelease", "1", False, "counts as off"),
        ("min_age", "soon", 36500 * 86400.0, "counts as 36500d; dockmon.update.min_age takes a duration"),
        ("min_age", "5000000d", 36500 * 86400.0, "counts as 36500d; dockmon.update.min_age takes a duration"),
        ("order", "start_first", "stop-first", "did you mean start-first?"),
        ("track", "\x1b[2J" + "x" * 500, "exact", "counts as exact"),
    ],
)
def test_a_label_without_meaning_counts_as_the_safe_value_and_says_so(
    name: str, text: str, safe: Any, told: str
) -> None:
    chosen = dict(settings(rule(name, BY_NAME[name].default, targets=["nas/web"]), labels={name: text}))[name]
    assert (chosen.value, chosen.scope) == (safe, "label")
    assert told in chosen.note
    assert "\x1b" not in chosen.note
    assert len(chosen.note) < 250


def test_every_spelling_of_auto_counts_and_of_two_the_stricter() -> None:
    assert resolve_settings(container({"dockmon.auto_update": "on"})).auto.value is True
    both = {"dockmon.auto_update": "on", "dockmon.update.auto": "off"}
    assert resolve_settings(container(both)).auto.origin == "label dockmon.update.auto"
    assert resolve_settings(container(both)).auto.value is False


def test_a_label_that_its_image_brought_along_counts_after_every_rule_and_before_the_default() -> None:
    brought = replace(container({"dockmon.update.auto": "on"}), image_labels=frozenset({"dockmon.update.auto"}))
    chosen = resolve_settings(brought, defaults={"auto": Default(False)}).auto
    assert (chosen.value, chosen.scope, chosen.origin) == (True, "image", "label dockmon.update.auto of its image")
    assert resolve_settings(brought, [rule("auto", False, filters=["name=*"])]).auto.value is False


def test_a_flag_that_was_not_given_says_nothing() -> None:
    assert settings(flags={"order": None}).order.scope == "default"
    assert settings(flags={"min_age": 0.0}, labels={"min_age": "3d"}).min_age.origin == "--min-age"


WORDS = st.lists(st.sampled_from(["nas", "media", "nas/web", "attic"]), max_size=2)
SELECTORS = st.builds(
    parse_selector, st.just([]), WORDS, WORDS, st.lists(st.sampled_from(["name=w*", "image=x", "name=d"]), max_size=3)
)
RULES = st.lists(
    st.builds(lambda value, selector: Rule("track", value, selector), st.sampled_from(["exact", "minor"]), SELECTORS),
    max_size=5,
)


@given(RULES, st.randoms())
def test_the_order_of_rules_decides_nothing(rules: list[Rule], random: Random) -> None:
    before = resolve_settings(container(), rules).track
    random.shuffle(rules)
    after = resolve_settings(container(), rules).track
    assert (before.value, before.scope) == (after.value, after.scope)


@given(SELECTORS, st.randoms())
def test_a_selection_has_one_text_whatever_the_order_of_its_words(selector: Selector, random: Random) -> None:
    text = written(selector)
    again = read_back(text)
    assert written(again) == text
    assert again.covers(container()) == selector.covers(container())
    hosts, tags = list(selector.hosts), list(selector.tags)
    random.shuffle(hosts)
    random.shuffle(tags)
    assert written(Selector((), tuple(hosts), tuple(tags), selector.filters)) == text


def test_a_selection_in_words_is_what_was_typed() -> None:
    selector = parse_selector((), ["nas"], ["media", "tv"], ["name=p*"])
    assert in_words(selector) == "--host=nas --tag=media --tag=tv --filter=name=p*"


def test_every_setting_of_the_table_is_a_field_in_the_tables_order() -> None:
    assert [name for name, _chosen in NOTHING_SET] == [setting.name for setting in SETTINGS]
