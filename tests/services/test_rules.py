"""Setting something for containers: exact for TARGETs, standing for selections, undone with the same words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from dockmon_cli.core.container_settings import Rule, in_words
from dockmon_cli.core.errors import Declared, DockmonError, HostError, NotFound, UsageError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.services.policy_list import SetVerdict, list_policies
from dockmon_cli.services.rules import RuleDesk, RulesReport, set_rules, unset_rules
from tests.fakes.engine import FakeEngine, FakeEngines
from tests.fakes.store import MemoryRules
from tests.services.checking import StillClock

COMPOSE = {
    "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
    "com.docker.compose.container-number": "1",
}  # fmt: skip


@dataclass
class Yard:
    """Two hosts with containers, and what is declared; `failures` are hosts that can't be asked."""

    declared: tuple[Rule, ...] = ()
    tags: TagBook = NO_TAGS
    failures: dict[str, DockmonError] = field(default_factory=dict)
    store: MemoryRules = field(default_factory=MemoryRules)

    def __post_init__(self) -> None:
        self.hosts = {name: FakeEngine(Host(f"id-{name}", name, f"unix:///{name}.sock")) for name in ("nas", "attic")}
        self.hosts["nas"].add_container("db", "postgres:16")
        self.hosts["nas"].add_container("shop-web-1", "web:1", Labels=COMPOSE)
        self.hosts["attic"].add_container("proxy", "traefik:3", Labels={"dockmon.update.policy": "allow"})

    @property
    def desk(self) -> RuleDesk:
        engines = [engine for name, engine in self.hosts.items() if name not in self.failures]
        return RuleDesk(
            FakeEngines(engines, failures=self.failures), tuple(engine.host for engine in self.hosts.values()),
            self.store, self.declared, StillClock(), "ops", self.tags, timeout_s=0.5,
        )  # fmt: skip

    def say(self, *targets: str, reason: str | None = None, to: str = "block", **words: list[str]) -> RulesReport:
        return asyncio.run(set_rules(self.desk, parse_selector(targets, **words), {"policy": to}, reason))

    def unset(self, *targets: str, **words: list[str]) -> RulesReport:
        return asyncio.run(unset_rules(self.desk, parse_selector(targets, **words), ("policy",)))

    def listed(self) -> list[SetVerdict]:
        return list(asyncio.run(list_policies(self.desk)).items)

    @property
    def stored(self) -> set[tuple[Any, str]]:
        return {(rule.exact or in_words(rule.selector), rule.value) for rule in self.store.rules()}


def declared(value: str, **words: list[str]) -> Rule:
    return Rule("policy", value, parse_selector(**words), origin="/etc/dockmon.toml:3", name="rule")


def test_given_a_target_it_is_kept_for_that_containers_identity_with_who_when_and_why() -> None:
    yard = Yard()
    report = yard.say("nas/shop-web-1", "db", reason="prod data")
    assert [entry.target for entry in report.told] == ["nas/shop-web-1", "nas/db"]
    assert yard.stored == {(("id-nas", "shop/web/1"), "block"), (("id-nas", "db"), "block")}
    assert {(rule.by, rule.at, rule.reason) for rule in yard.store.rules()} == {
        ("ops", StillClock().now(), "prod data")
    }


def test_given_a_selection_one_standing_rule_is_kept_though_it_covers_nothing_yet() -> None:
    yard = Yard()
    report = yard.say(tags=["media"])
    assert ([entry.target for entry in report.told], report.problems, report.notes) == (["--tag=media"], (), ())
    assert yard.stored == {("--tag=media", "block")}


def test_setting_it_again_replaces_it_and_undoing_it_takes_the_same_words() -> None:
    yard = Yard()
    yard.say("nas/db")
    yard.say("db", to="warn")
    yard.say(hosts=["nas"], tags=["media"])
    assert {rule.value for rule in yard.store.rules()} == {"warn", "block"}
    assert [entry.target for entry in yard.unset(tags=["media"], hosts=["nas"]).told] == ["--host=nas --tag=media"]
    assert [entry.rule.value for entry in yard.unset("nas/db").told] == ["warn"]
    assert yard.stored == set()


def test_undoing_what_was_never_set_is_no_failure_and_says_so() -> None:
    report = Yard().unset("nas/db")
    assert (report.told, report.problems, report.notes) == ((), (), ("nothing was set for nas/db",))


def test_an_exact_target_says_nothing_of_a_selection_that_covers_it() -> None:
    yard = Yard()
    yard.say(hosts=["nas"])
    assert yard.unset("nas/db").notes == ("nothing was set for nas/db",)
    assert len(yard.stored) == 1


def test_saving_what_something_stronger_overrules_says_so_and_saves_it() -> None:
    yard = Yard(declared=(declared("warn", targets=["nas/db"]),))
    report = yard.say(hosts=["nas", "attic"])
    assert report.notes == (
        "attic/proxy: policy stays allow (stronger: label dockmon.update.policy)",
        "nas/db: policy stays warn (stronger: /etc/dockmon.toml:3)",
    )
    assert len(yard.stored) == 1


def test_what_replaces_its_own_predecessor_is_not_overruled_by_it() -> None:
    yard = Yard()
    yard.say("nas/db", to="block")
    assert yard.say("nas/db", to="allow").notes == ()


@pytest.mark.parametrize(
    "words", [{"targets": ["nas/db"]}, {"targets": ["db", "nas/gone"]}, {"targets": ["id-nas/db"]}]
)
def test_what_the_configuration_declares_is_not_changed_by_a_command(words: dict[str, list[str]]) -> None:
    yard = Yard(declared=(declared("warn", **words),))
    for change in (yard.say, yard.unset):
        with pytest.raises(Declared) as caught:
            change("nas/db")
        assert caught.value.problems == ("/etc/dockmon.toml:3 declares the policy of nas/db",)
    assert yard.stored == set()


def test_the_very_selection_that_is_declared_is_not_stored_too() -> None:
    yard = Yard(declared=(declared("warn", hosts=["nas"], tags=["b", "a"]),))
    with pytest.raises(Declared):
        yard.say(tags=["a", "b"], hosts=["nas"])
    assert yard.say(tags=["a"]).told


def test_what_is_declared_after_it_was_stored_is_an_error_until_one_of_them_goes() -> None:
    yard = Yard()
    yard.say("nas/db", to="allow")
    yard.declared = (declared("warn", targets=["nas/db"]),)
    with pytest.raises(Declared) as caught:
        yard.listed()
    assert caught.value.problems[0].startswith("/etc/dockmon.toml:3 declares the policy of nas/db, which is stored too")
    assert [entry.target for entry in yard.unset("nas/db").told] == ["nas/db"]
    assert [item.origin for item in yard.listed()] == ["label dockmon.update.policy", "/etc/dockmon.toml:3"]


def test_a_named_container_that_is_not_there_changes_nothing_for_itself_alone() -> None:
    yard = Yard()
    report = yard.say("nas/db", "nas/no")
    assert [type(problem) for problem in report.problems] == [NotFound]
    assert yard.stored == {(("id-nas", "db"), "block")}


def test_a_host_that_nobody_configured_keeps_a_standing_rule_from_being_stored() -> None:
    yard = Yard()
    report = yard.say(hosts=["nas", "cellar"])
    assert ([type(problem) for problem in report.problems], report.told, yard.stored) == ([NotFound], (), set())


def test_a_host_that_cannot_be_asked_fails_a_target_on_it_and_not_a_standing_rule() -> None:
    yard = Yard(failures={"attic": HostError("refused", "connection refused")})
    assert [type(problem) for problem in yard.say("attic/proxy").problems] == [HostError]
    report = yard.say(tags=["media"])
    assert (report.problems, report.notes) == ((), ("attic: unreachable: connection refused",))
    assert len(yard.stored) == 1


@pytest.mark.parametrize("filters", [[], ["update=available"], ["status=exited"]])
def test_nothing_and_what_does_not_last_is_refused(filters: list[str]) -> None:
    yard = Yard()
    with pytest.raises(UsageError):
        yard.say(filters=filters)
    assert yard.stored == set()


def test_what_is_stored_for_a_container_that_is_gone_is_listed_and_undone_by_the_words_shown() -> None:
    yard = Yard()
    yard.say("nas/shop-web-1", "nas/db")
    yard.hosts["nas"].documents.clear()
    assert {item.target for item in yard.listed()} == {"attic/proxy", "nas/db", "nas/shop/web/1"}
    report = yard.unset("nas/shop/web/1", "nas/db")
    assert ([entry.target for entry in report.told], report.problems) == (["nas/shop/web/1", "nas/db"], ())
    assert yard.stored == set()


def test_what_is_stored_on_a_host_that_cannot_be_asked_is_undone_all_the_same() -> None:
    yard = Yard()
    yard.say("nas/db")
    yard.failures = {"nas": HostError("refused", "connection refused")}
    assert (yard.unset("nas/db").problems, yard.stored) == ((), set())
    assert [type(problem) for problem in yard.unset("nas/db").problems] == [HostError]


def test_all_that_is_set_is_listed_by_target_then_the_standing_rules() -> None:
    yard = Yard(declared=(declared("warn", targets=["nas/db", "nas/x"]), declared("ignore", filters=["name=*"])))
    yard.say(tags=["media"], reason="tv")
    now = StillClock().now()
    assert yard.listed() == [
        SetVerdict("attic/proxy", "allow", "label dockmon.update.policy"),
        SetVerdict("nas/db", "warn", "/etc/dockmon.toml:3"),
        SetVerdict("nas/x", "warn", "/etc/dockmon.toml:3"),
        SetVerdict("--filter=name=*", "ignore", "/etc/dockmon.toml:3"),
        SetVerdict("--tag=media", "block", "stored", "tv", "ops", now),
    ]


def test_a_users_tag_brings_the_standing_rules_of_that_tag_with_it() -> None:
    yard = Yard(tags=TagBook({("id-attic", "proxy"): frozenset({"front"})}))
    assert yard.say(tags=["front"]).notes == (
        "attic/proxy: policy stays allow (stronger: label dockmon.update.policy)",
    )
