"""`update prune` on fakes: hosts that fail, images that come into use meanwhile, and what an engine can't tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from dockmon_cli.core.errors import Conflict, EngineError, HostError
from dockmon_cli.core.kept_image import KeptRecord
from dockmon_cli.core.retention import Judged, Limits
from dockmon_cli.core.selection import Selector
from dockmon_cli.services.update_prune import Agree, PruneReport, prune
from tests.fakes.engine import NOW
from tests.services.test_update_look import Fleet

WEB = "registry.lan:5000/web"
ANY_AGE = Limits(0, 0.0)


def yes(_going: Sequence[Judged]) -> bool:
    return True


@dataclass
class Shelves:
    """Two hosts, on each an image that was replaced a year ago."""

    fleet: Fleet = field(default_factory=Fleet)

    def __post_init__(self) -> None:
        for name in ("nas", "attic"):
            self.add(name, "a")

    def add(self, host: str, letter: str) -> str:
        """Add a kept image to a host; return our tag of it."""
        tag, image_id = f"dockmon-rollback/web:{letter}", "sha256:" + letter * 64
        engine = self.fleet.hosts[host]
        engine.add_image(tag, image_id=image_id)
        engine.images[image_id]["RepoDigests"] = [f"{WEB}@sha256:{letter}"]
        kept_at = NOW - timedelta(days=365)
        record = KeptRecord(f"id-{host}", tag, WEB, image_id, "web", f"op-{letter}", kept_at)
        self.fleet.store.kept.keep([record])
        return tag

    def prune(self, agree: Agree | None = yes, *, hosts: tuple[str, ...] = (), limits: Limits = ANY_AGE) -> PruneReport:
        return asyncio.run(prune(replace(self.fleet.tools, limits=limits), Selector(hosts=hosts), agree))

    def results(self, report: PruneReport) -> dict[str, str | None]:
        return {item.judged.image.host: item.result for item in report.items}


def test_a_host_that_gives_no_answer_spoils_nothing_for_the_others() -> None:
    shelves = Shelves()
    shelves.fleet.engines.failures["attic"] = HostError("refused", "connection refused", host="attic")
    report = shelves.prune()
    assert shelves.results(report) == {"nas": "removed"}
    assert [(problem.host, problem.code) for problem in report.problems] == [("attic", "refused")]
    assert len(shelves.fleet.store.kept.kept("id-attic")) == 1


def test_a_host_may_be_named_alone() -> None:
    shelves = Shelves()
    assert shelves.results(shelves.prune(hosts=("nas",))) == {"nas": "removed"}
    assert [problem.code for problem in shelves.prune(hosts=("nope",)).problems] == ["not_found"]


def test_an_image_goes_by_names_of_ours_alone_the_last_one_in_its_own_repository() -> None:
    shelves = Shelves()
    tag, last = "dockmon-rollback/web:a", f"{WEB}:dockmon-prune-{'a' * 12}"
    shelves.prune(hosts=("nas",))
    calls = [call for call in shelves.fleet.hosts["nas"].calls if call[0] in ("tag", "untag", "remove")]
    assert calls == [("tag", tag, last), ("untag", tag), ("untag", last)]
    assert shelves.fleet.store.kept.kept("id-nas") == []


def test_one_that_comes_into_use_meanwhile_is_called_as_before_and_that_is_said() -> None:
    shelves = Shelves()
    nas, last = shelves.fleet.hosts["nas"], f"{WEB}:dockmon-prune-{'a' * 12}"
    nas.fail_on("untag", Conflict("image is being used", status=409), argument=last)
    report = shelves.prune(hosts=("nas",))
    (item,) = report.items
    assert (item.result, item.error and item.error.host) == ("failed", "nas")
    assert nas.references == {"dockmon-rollback/web:a": "sha256:" + "a" * 64}
    assert len(shelves.fleet.store.kept.kept("id-nas")) == 1


def test_one_that_is_run_while_its_user_thinks_about_it_stays() -> None:
    shelves = Shelves()

    def start_one(_going: Sequence[Judged]) -> bool:
        shelves.fleet.hosts["nas"].add_container("again", "dockmon-rollback/web:a")
        return True

    report = shelves.prune(start_one, hosts=("nas",))
    assert [(item.result, item.judged.reason) for item in report.items] == [("kept", "in_use")]


def test_a_no_and_a_look_change_nothing() -> None:
    shelves = Shelves()
    for agree, went in ((None, True), (lambda _going: False, False)):
        report = shelves.prune(agree)
        assert (report.went, shelves.results(report)) == (went, {"nas": None, "attic": None})
    assert [call for call in shelves.fleet.hosts["nas"].calls if call[0] in ("tag", "untag")] == []


def test_nobody_is_asked_where_nothing_would_go() -> None:
    def never(_going: Sequence[Judged]) -> bool:
        raise AssertionError

    report = Shelves().prune(never, limits=Limits(1, 0.0))
    assert report.went
    assert {item.result for item in report.items} == {"kept"}


def test_an_engine_that_can_not_count_is_no_failure() -> None:
    shelves = Shelves()
    shelves.fleet.hosts["nas"].fail_on("image_bytes", EngineError("not implemented", status=501))
    (item,) = shelves.prune(hosts=("nas",)).items
    assert (item.result, item.freed_bytes) == ("removed", None)


def test_records_of_images_that_are_gone_are_dropped() -> None:
    shelves = Shelves()
    shelves.fleet.hosts["nas"].images.clear()
    shelves.fleet.hosts["nas"].references.clear()
    assert shelves.prune(None, hosts=("nas",)).items == ()
    assert shelves.fleet.store.kept.kept("id-nas") != []
    assert shelves.prune(hosts=("nas",)).items == ()
    assert shelves.fleet.store.kept.kept("id-nas") == []


def test_what_this_dockmon_has_no_record_of_is_left_alone() -> None:
    shelves = Shelves()
    shelves.fleet.store.kept.forget_kept("id-nas", ["dockmon-rollback/web:a"])
    assert [item.judged.reason for item in shelves.prune(hosts=("nas",)).items] == ["not_recorded"]
