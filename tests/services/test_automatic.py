"""`update auto on`, `off` and `list`: stored by TARGET or as a standing rule, undone with the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from dockmon_cli.core.container_settings import Rule, choose, in_words
from dockmon_cli.core.errors import Declared, NotFound, UsageError
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import automatic as service
from dockmon_cli.services.automatic import AutoReport
from tests.services.nights import Nights, results


@pytest.fixture
def nights() -> Nights:
    """Three containers on two hosts; `old` has a label that keeps it off."""
    found = Nights()
    found.add("nas", "web")
    found.add("nas", "old")
    found.hosts["nas"].named("old")["Config"]["Labels"]["dockmon.update.auto"] = "off"
    found.add("attic", "zoo")
    return found


def on(nights: Nights, *targets: str, along: dict[str, Any] | None = None, **words: Sequence[str]) -> AutoReport:
    return asyncio.run(service.turn_on(nights.tools, parse_selector(targets, **words), along or {}))


def off(nights: Nights, *targets: str, **words: Sequence[str]) -> AutoReport:
    return asyncio.run(service.turn_off(nights.tools, parse_selector(targets, **words)))


def listed(nights: Nights) -> list[tuple[str, bool, str]]:
    report = asyncio.run(service.list_automatic(nights.tools))
    return [(item.target, item.auto, item.origin) for item in report.items]


def stored(nights: Nights) -> set[tuple[object, str, Any]]:
    return {(rule.exact or in_words(rule.selector), rule.setting, rule.value) for rule in nights.store.rules.rules()}


def is_on(nights: Nights, name: str, host: str = "nas") -> bool:
    """What a run would see."""
    rules = (*nights.rules, *nights.store.rules.rules())
    (row,) = [row for row in asyncio.run(nights.hosts[host].containers(all=True)) if row.name == name]
    tools = nights.tools
    return bool(choose(service.AUTO, tools.tags.tagged(row), rules).value)


def test_a_target_is_put_on_automatic_with_what_is_said_along(nights: Nights) -> None:
    report = on(nights, "web", along={"track": "minor", "min_age": 259200.0, "window": "night"})
    (item,) = report.items
    assert (item.target, item.auto, item.track, item.min_age, item.min_age_s, item.window, item.origin) == (
        "nas/web", True, "minor", "3d", 259200.0, "night", "stored",
    )  # fmt: skip
    place = ("id-nas", "web")
    assert stored(nights) == {
        (place, "auto", True), (place, "track", "minor"), (place, "min_age", 259200.0), (place, "window", "night"),
    }  # fmt: skip


def test_a_selection_is_a_standing_rule_for_containers_to_come_too(nights: Nights) -> None:
    (item,) = on(nights, hosts=["nas"], along={"window": "night"}).items
    assert (item.target, item.auto, item.track, item.window) == ("--host=nas", True, "minor", "night")
    nights.add("nas", "late")
    assert is_on(nights, "late")
    assert not is_on(nights, "zoo", "attic")


def test_off_with_the_same_words_undoes_it_with_all_that_was_said_along(nights: Nights) -> None:
    nights.store.rules.save_rules([Rule("track", "patch", exact=("id-attic", "zoo"), by="ops", at=nights.clock.now())])
    before = stored(nights)
    for words in ({"targets": ["web"]}, {"hosts": ["nas"]}, {"targets": ["attic/zoo"]}):
        selector = {key: value for key, value in words.items() if key != "targets"}
        on(nights, *words.get("targets", ()), along={"window": "night"}, **selector)
        (item,) = off(nights, *words.get("targets", ()), **selector).items
        assert not item.auto
        assert stored(nights) == before


def test_off_on_a_target_beats_a_standing_rule_and_on_takes_that_back(nights: Nights) -> None:
    on(nights, hosts=["nas"])
    off(nights, "nas/web")
    assert stored(nights) == {("--host=nas", "auto", True), (("id-nas", "web"), "auto", False)}
    assert not is_on(nights, "web")
    (item,) = on(nights, "nas/web").items
    assert (item.auto, item.origin) == (True, "stored")
    assert stored(nights) == {("--host=nas", "auto", True)}


def test_off_for_a_selection_stays_where_something_else_still_says_on(nights: Nights) -> None:
    on(nights, filters=["name=w*"])
    on(nights, hosts=["nas"])
    off(nights, hosts=["nas"])
    assert stored(nights) == {("--filter=name=w*", "auto", True), ("--host=nas", "auto", False)}
    assert not is_on(nights, "web")


def test_off_for_a_selection_leaves_nothing_behind_where_only_targets_say_on(nights: Nights) -> None:
    on(nights, "web")
    on(nights, hosts=["nas"])
    report = off(nights, hosts=["nas"])
    assert stored(nights) == {(("id-nas", "web"), "auto", True)}
    assert [note.partition(" (")[0] for note in report.notes] == ["nas/web: auto stays on"]


def test_default_forgets_an_on_or_off_with_all_that_was_said_along_also_where_the_file_says_the_same(
    nights: Nights,
) -> None:
    off(nights, "web")
    on(nights, hosts=["nas"], along={"window": "night"})
    nights.on("nas/web")
    with pytest.raises(Declared, match="auto of nas/web") as caught:
        asyncio.run(service.list_automatic(nights.tools))
    assert "dockmon update auto default" in caught.value.hint
    for words in (parse_selector(("web",)), parse_selector(hosts=("nas",))):
        (item,) = asyncio.run(service.forget(nights.tools, words)).items
        assert item.origin != "stored"
    assert stored(nights) == set()
    (note,) = asyncio.run(service.forget(nights.tools, parse_selector(hosts=("nas",)))).notes
    assert note == "nothing was set for --host=nas"


def test_what_a_stronger_rule_overrules_is_said(nights: Nights) -> None:
    report = on(nights, hosts=["nas"])
    assert report.notes == ("nas/old: auto stays off (stronger: label dockmon.update.auto)",)
    (item,) = on(nights, "nas/old").items
    assert (item.auto, item.origin) == (False, "label dockmon.update.auto")


def test_what_is_declared_is_changed_by_no_command(nights: Nights) -> None:
    nights.on("nas/web")
    for act in (on, off):
        with pytest.raises(Declared, match=r"dockmon.toml:3"):
            act(nights, "nas/web")
    assert stored(nights) == set()


def test_the_list_holds_labels_the_file_and_commands_selections_last(nights: Nights) -> None:
    nights.on("attic/zoo", min_age=60.0)
    on(nights, hosts=["nas"])
    assert listed(nights) == [
        ("attic/zoo", True, "dockmon.toml:3"),
        ("nas/old", False, "label dockmon.update.auto"),
        ("--host=nas", True, "stored"),
    ]
    report = asyncio.run(service.list_automatic(nights.tools))
    assert [item.min_age for item in report.items] == ["1m", "0s", "0s"]


def test_a_label_of_the_image_is_told_as_such_and_holds_only_where_no_rule_speaks(nights: Nights) -> None:
    web, engine = nights.hosts["nas"].named("web"), nights.hosts["nas"]
    web["Config"]["Labels"]["dockmon.update.auto"] = "on"
    engine.images[web["Image"]]["Config"]["Labels"] = {"dockmon.update.auto": "on"}
    by_image = ("nas/web", True, "label dockmon.update.auto of its image")
    assert by_image in listed(nights)
    off(nights, "nas/web")
    assert listed(nights)[1:] == [by_image, ("nas/web", False, "stored")]
    nights.release("web", "web new")
    nights.rules = (Rule("auto", False, parse_selector(("nas/web",)), origin="dockmon.toml:3"),)
    assert results(nights.run(parse_selector(("nas/web",)))) == [("nas/web", "skipped", "not_automatic")]
    nights.rules = ()
    assert results(nights.run(parse_selector(("nas/web",)))) == [("nas/web", "updated", None)]


def test_what_is_stored_for_a_container_that_is_gone_is_still_listed(nights: Nights) -> None:
    on(nights, "zoo")
    nights.hosts["attic"].documents.clear()
    assert ("attic/zoo", True, "stored") in listed(nights)


def test_the_same_declared_and_stored_is_an_error_of_the_configuration(nights: Nights) -> None:
    on(nights, "web")
    nights.on("nas/web")
    with pytest.raises(Declared):
        listed(nights)


@pytest.mark.parametrize("filters", [[], ["status=running"]])
def test_words_that_say_nothing_that_lasts_are_refused(nights: Nights, filters: list[str]) -> None:
    for act in (on, off):
        with pytest.raises(UsageError):
            act(nights, filters=filters)


def test_who_is_not_there_is_not_found_and_nothing_is_stored(nights: Nights) -> None:
    report = on(nights, "nobody")
    assert (report.items, [type(problem) for problem in report.problems]) == ((), [NotFound])
    assert stored(nights) == set()
