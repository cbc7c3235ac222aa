"""Giving containers tags, taking them away, and telling who has which and from where."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from dockmon_cli.core.errors import Declared, DockmonError, HostError, NotFound, UsageError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.services.tags import TagDesk, TagReport, add, list_tags, remove
from tests.fakes.engine import FakeEngine, FakeEngines
from tests.fakes.store import MemoryTags
from tests.services.checking import StillClock

COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web", "dockmon.tags": "front, media"}


@dataclass
class Yard:
    """One host with a container of compose and a plain one, and one host without any."""

    declared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failures: dict[str, DockmonError] = field(default_factory=dict)
    store: MemoryTags = field(default_factory=MemoryTags)

    def __post_init__(self) -> None:
        self.nas, self.attic = (FakeEngine(Host(f"id-{n}", n, f"unix:///{n}.sock")) for n in ("nas", "attic"))
        self.nas.add_container("db", "postgres:16")
        self.nas.add_container("web", "web:1", Labels=COMPOSE)

    @property
    def desk(self) -> TagDesk:
        engines = [engine for engine in (self.nas, self.attic) if engine.host.name not in self.failures]
        return TagDesk(
            FakeEngines(engines, failures=self.failures), (self.nas.host, self.attic.host), self.store, self.declared,
            "/etc/dockmon.toml", StillClock(), "ops", timeout_s=0.5,
        )  # fmt: skip

    def add(self, tag: str, *targets: str, **words: list[str]) -> TagReport:
        return asyncio.run(add(self.desk, tag, parse_selector(targets, **words)))

    def remove(self, tag: str, *targets: str, **words: list[str]) -> TagReport:
        return asyncio.run(remove(self.desk, tag, parse_selector(targets, **words)))

    def listed(self, *targets: str, **words: list[str]) -> set[tuple[str, str, tuple[str, ...]]]:
        report = asyncio.run(list_tags(self.desk, parse_selector(targets, **words)))
        return {(item.tag, item.target, item.sources) for item in report.items}

    @property
    def stored(self) -> set[tuple[str, str]]:
        return {(row.tag, row.identity) for row in self.store.tags()}


BY_ITSELF = {
    ("shop", "nas/web", ("project",)),
    ("front", "nas/web", ("label",)),
    ("media", "nas/web", ("label",)),
}


def test_a_tag_is_given_to_identities_and_kept_by_whoever_takes_their_place() -> None:
    yard = Yard()
    report = yard.add("backup", "nas/db", "web")
    assert ([item.target for item in report.items], report.notes) == (["nas/db", "nas/web"], ())
    assert yard.stored == {("backup", "db"), ("backup", "shop/web/1")}
    yard.nas.documents.clear()
    yard.nas.add_container("web-of-another-name", "web:2", Labels=COMPOSE)
    assert ("backup", "nas/web-of-another-name", ("user",)) in yard.listed()


def test_a_tag_that_it_has_by_itself_is_kept_too_and_says_so() -> None:
    report = Yard().add("shop", "nas/web")
    assert report.items[0].sources == ("user", "project")
    assert report.notes == ("nas/web has the tag shop by itself: project",)


def test_a_selection_tags_what_it_covers_now() -> None:
    yard = Yard()
    assert [item.target for item in yard.add("old", tags=["shop"]).items] == ["nas/web"]
    assert [item.target for item in yard.add("older", tags=["old"]).items] == ["nas/web"]
    assert yard.add("none", tags=["nobody"]).items == ()


def test_a_selection_is_said_to_tag_those_of_today_and_what_comes_later_has_no_tag() -> None:
    yard = Yard()
    report = yard.add("all", hosts=["nas"])
    assert report.notes == ("2 containers, those of today: one that comes later has to be tagged too",)
    yard.nas.add_container("late", "postgres:16")
    assert yard.stored == {("all", "db"), ("all", "shop/web/1")}
    assert {target for _tag, target, _sources in yard.listed(tags=["all"])} == {"nas/db", "nas/web"}
    assert yard.add("one", "nas/db").notes == ()


def test_every_tag_is_told_with_all_that_gives_it() -> None:
    yard = Yard(declared={"front": ("nas/web", "nas/db")})
    yard.add("media", "nas/web")
    assert yard.listed() == {
        ("shop", "nas/web", ("project",)),
        ("front", "nas/web", ("declared", "label")),
        ("front", "nas/db", ("declared",)),
        ("media", "nas/web", ("user", "label")),
    }
    assert yard.listed("nas/db") == {("front", "nas/db", ("declared",))}
    assert yard.listed(tags=["media"]) == {("media", "nas/web", ("user", "label"))}


def test_a_tag_is_taken_away_and_what_a_container_has_by_itself_stays_which_is_said() -> None:
    yard = Yard()
    yard.add("media", "nas/web", "nas/db")
    report = yard.remove("media", "nas/web")
    assert ([item.target for item in report.items], report.notes) == (
        ["nas/web"], ("nas/web has the tag media by itself: label",),
    )  # fmt: skip
    assert yard.stored == {("media", "db")}
    assert yard.listed() == BY_ITSELF | {("media", "nas/db", ("user",))}
    assert yard.remove("media", "nas/web").items == ()


def test_the_tag_itself_selects_whose_is_taken_away() -> None:
    yard = Yard()
    yard.add("old", "nas/web", "nas/db")
    assert len(yard.remove("old", tags=["old"]).items) == 2
    assert yard.stored == set()


def test_a_container_that_is_gone_is_listed_and_loses_its_tag_by_the_words_shown() -> None:
    yard = Yard()
    yard.add("old", "nas/web", "nas/db")
    yard.nas.documents.clear()
    assert yard.listed() == {("old", "nas/shop/web/1", ("user",)), ("old", "nas/db", ("user",))}
    assert yard.listed(tags=["other"]) == set()
    report = yard.remove("old", "nas/shop/web/1", "nas/db")
    assert (len(report.items), report.problems, yard.stored) == (2, (), set())


def test_one_container_that_is_not_there_leaves_the_others_tagged() -> None:
    yard = Yard()
    report = yard.add("x", "nas/db", "nas/no")
    assert ([type(problem) for problem in report.problems], yard.stored) == ([NotFound], {("x", "db")})


def test_a_host_that_cannot_be_asked_is_told_beside_the_others() -> None:
    yard = Yard(failures={"attic": HostError("refused", "connection refused")})
    report = asyncio.run(list_tags(yard.desk, Selector()))
    assert (len(report.items), [problem.host for problem in report.problems], report.hosts) == (3, ["attic"], 1)


@pytest.mark.parametrize("tag", ["", "Media", "a,b", "a b", "-x", "\x1b[2J", "a/b"])
def test_what_is_no_name_is_refused(tag: str) -> None:
    yard = Yard()
    with pytest.raises(UsageError):
        yard.add(tag, "nas/db")
    assert yard.stored == set()


def test_nothing_to_tag_is_refused() -> None:
    for change in (Yard().add, Yard().remove):
        with pytest.raises(UsageError):
            change("media")


def test_a_declared_tag_is_changed_in_its_file_alone() -> None:
    yard = Yard(declared={"media": ("nas/db",)})
    for change in (yard.add, yard.remove):
        with pytest.raises(Declared) as caught:
            change("media", "nas/web")
        assert caught.value.problems == ("/etc/dockmon.toml declares who has the tag media",)
