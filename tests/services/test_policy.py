"""Explaining policies over several hosts."""

import asyncio
from pathlib import Path

import pytest

from dockmon_cli.adapters.config_file import DiskConfigFiles
from dockmon_cli.core.errors import Ambiguous, HostError, NotFound
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.policy_defaults import DEFAULT_PATTERNS
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services.config import load
from dockmon_cli.services.container_settings import declared_rules
from dockmon_cli.services.policy import Explanation, Policies, explain
from tests.fakes.engine import FakeEngine, FakeEngines

NAS, ATTIC = Host("host-1", "nas", "unix:///nas.sock"), Host("host-2", "attic", "unix:///attic.sock")
DEFAULTS = Policies(patterns=DEFAULT_PATTERNS)


def asked(engines: FakeEngines, *targets: str, policies: Policies = DEFAULTS, **selection: list[str]) -> Explanation:
    selector = parse_selector(targets, **selection)
    return asyncio.run(explain(engines, (NAS, ATTIC), selector, policies, timeout_s=0.2))


def verdicts(found: Explanation) -> dict[str, str]:
    return {item.container.target: item.verdict.verdict for item in found.items}


@pytest.fixture
def nas() -> FakeEngine:
    engine = FakeEngine(NAS)
    engine.add_container("db", "postgres:16")
    engine.add_container("web", "ghcr.io/team/web:1", running=False)
    return engine


@pytest.fixture
def attic() -> FakeEngine:
    engine = FakeEngine(ATTIC)
    engine.add_container("web", "nginx:1", Labels={"dockmon.update.policy": "block"})
    return engine


def test_without_a_target_every_container_of_every_host_is_explained(nas: FakeEngine, attic: FakeEngine) -> None:
    found = asked(FakeEngines([nas, attic]))
    assert verdicts(found) == {"attic/web": "block", "nas/db": "warn", "nas/web": "allow"}
    assert [item.container.target for item in found.items] == ["attic/web", "nas/db", "nas/web"]
    assert (found.problems, found.succeeded) == ((), 2)


def test_targets_keep_their_order_and_only_their_hosts_are_asked(nas: FakeEngine, attic: FakeEngine) -> None:
    engines = FakeEngines([nas, attic])
    assert list(verdicts(asked(engines, "nas/web", "nas/db"))) == ["nas/web", "nas/db"]
    assert engines.opened == ["nas"]


def test_a_container_whose_tag_has_moved_is_still_known_by_the_name_its_user_wrote(nas: FakeEngine) -> None:
    nas.add_image("postgres:16", image_id="sha256:" + "e" * 64)
    found = asked(FakeEngines([nas]), "nas/db")
    assert verdicts(found) == {"nas/db": "warn"}
    assert [call for call in nas.calls if call[0] == "inspect"] == [("inspect", nas.named("db")["Id"])]


def test_one_host_that_fails_or_hangs_leaves_the_others_answers(nas: FakeEngine) -> None:
    engines = FakeEngines([nas], failures={"attic": HostError("refused", "connection refused")})
    found = asked(engines)
    assert list(verdicts(found)) == ["nas/db", "nas/web"]
    assert [(type(error), error.code, error.host) for error in found.problems] == [(HostError, "refused", "attic")]
    engines = FakeEngines([nas])
    engines.hanging.add("attic")
    assert [error.code for error in asked(engines).problems] == ["timeout"]


def test_what_cannot_be_found_is_told_beside_what_was(nas: FakeEngine, attic: FakeEngine) -> None:
    found = asked(FakeEngines([nas, attic]), "nas/db", "nas/dp", "web")
    assert list(verdicts(found)) == ["nas/db"]
    assert [type(problem) for problem in found.problems] == [NotFound, Ambiguous]
    assert found.succeeded == 1


def test_a_named_container_on_a_silent_host_is_neither_found_nor_missing(nas: FakeEngine) -> None:
    found = asked(FakeEngines([nas]), "attic/web")
    assert (found.items, [type(problem) for problem in found.problems], found.succeeded) == ((), [HostError], 0)


def test_the_two_containers_of_a_swap_are_no_containers_of_their_own(nas: FakeEngine) -> None:
    nas.add_container("db.dockmon-old", "postgres:16")
    assert "nas/db.dockmon-old" not in verdicts(asked(FakeEngines([nas]), hosts=["nas"]))


def test_a_rule_of_the_configuration_counts_and_names_its_line(nas: FakeEngine, tmp_path: Path) -> None:
    file = tmp_path / "dockmon.toml"
    file.write_text(
        '[containers."data.bases"]\ntarget = ["nas/db"]\npolicy = "block"\n[containers.rest]\nhost = ["nas"]\n'
    )
    rules = declared_rules(load(DiskConfigFiles(), {}, str(file), "machine"))
    found = asked(FakeEngines([nas]), policies=Policies(rules, DEFAULT_PATTERNS), hosts=["nas"])
    assert verdicts(found) == {"nas/db": "block", "nas/web": "allow"}
    winner = found.items[0].verdict.winner
    assert (winner.level, winner.source) == ("container", f"{file}:3")
    assert winner.why == "wins: rule data.bases by target"


def test_own_patterns_are_taken_as_data(nas: FakeEngine) -> None:
    own = Policies(patterns=(Pattern("team/*", "ignore", own=True), *DEFAULT_PATTERNS))
    assert verdicts(asked(FakeEngines([nas]), "nas/web", policies=own)) == {"nas/web": "ignore"}


def test_a_label_that_the_image_brings_along_is_told_from_the_containers_own(nas: FakeEngine) -> None:
    label = {"dockmon.update.policy": "block"}
    for name, labels in (("made", label), ("mine", {"dockmon.update.policy": "allow"})):
        nas.add_image(f"{name}:1", image_id=f"sha256:{name:f<64}", Labels=label)
        nas.add_container(name, f"{name}:1", Labels=labels)
    found = asked(FakeEngines([nas]), "nas/made", "nas/mine")
    assert [(item.verdict.verdict, item.verdict.winner.level) for item in found.items] == [
        ("block", "pattern"), ("allow", "label"),
    ]  # fmt: skip
