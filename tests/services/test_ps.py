"""`ps` over many hosts: good ones are shown, failed ones are told, none delays another."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dockmon_cli.core.check_answer import Available, CheckAnswer
from dockmon_cli.core.errors import EngineError, HostError, NotFound
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services.ps import Listing, Wanted, ps
from tests.fakes.engine import NOW, FakeEngine, FakeEngines

NAS, ATTIC = Host("id-nas", "nas", "unix:///nas.sock"), Host("id-attic", "attic", "unix:///attic.sock")
BROKEN = EngineError("RWLayer of container is unexpectedly nil", status=500)
NEW = CheckAnswer("update_available", kind="digest", available=Available("web:1", "sha256:2"), checked_at=NOW)


@pytest.fixture
def nas() -> FakeEngine:
    engine = FakeEngine(NAS)
    engine.add_container("web", "web:1", Labels={"com.docker.compose.project": "shop"})
    engine.add_container("db", "postgres:16", running=False)
    return engine


@pytest.fixture
def attic() -> FakeEngine:
    engine = FakeEngine(ATTIC)
    engine.add_container("web", "web:1")
    return engine


def listing(
    engines: FakeEngines,
    *targets: str,
    hosts: tuple[str, ...] = (),
    filters: tuple[str, ...] = (),
    stopped: bool = False,
    details: bool = False,
    timeout_s: float = 5,
    answers: dict[tuple[str, str], CheckAnswer] | None = None,
) -> Listing:
    wanted = Wanted(parse_selector(targets, hosts, (), filters), stopped, details)
    return asyncio.run(ps(engines, [NAS, ATTIC], answers or {}, wanted, timeout_s=timeout_s))


def names(found: Listing) -> list[str]:
    return [row.container.target for row in found.rows]


def test_the_running_ones_of_all_hosts_are_listed_by_host_and_name(nas: FakeEngine, attic: FakeEngine) -> None:
    engines = FakeEngines([nas, attic])
    assert names(listing(engines)) == ["attic/web", "nas/web"]
    assert names(listing(engines, stopped=True)) == ["attic/web", "nas/db", "nas/web"]
    assert sorted(engines.closed) == sorted(engines.opened)


def test_a_failed_host_is_told_and_the_others_are_shown(nas: FakeEngine) -> None:
    found = listing(FakeEngines([nas], failures={"attic": HostError("refused", "connection refused")}))
    assert names(found) == ["nas/web"]
    assert [(each.host, each.message) for each in found.problems] == [("attic", "unreachable: connection refused")]
    assert found.succeeded == 1


def test_a_hanging_host_is_cut_off_at_the_time_out_and_delays_nobody(nas: FakeEngine) -> None:
    engines = FakeEngines([nas])
    engines.hanging.add("attic")
    found = listing(engines, timeout_s=0.3)
    assert names(found) == ["nas/web"]
    assert engines.closed == ["nas", "attic"], "nas was done while attic was still waited for"
    assert [each.message for each in found.problems] == ["unreachable: timed out after 0.3 s"]


def test_an_engine_that_refuses_the_list_is_a_failed_host(nas: FakeEngine, attic: FakeEngine) -> None:
    attic.fail_on("containers", EngineError("the engine answered 500", status=500))
    found = listing(FakeEngines([nas, attic]))
    assert (names(found), [each.host for each in found.problems]) == (["nas/web"], ["attic"])


def test_containers_of_a_swap_under_way_are_hidden(nas: FakeEngine, attic: FakeEngine) -> None:
    nas.add_container("web.dockmon-new", "web:1")
    nas.add_container("old.dockmon-old", "web:1")
    assert names(listing(FakeEngines([nas, attic]), stopped=True)) == ["attic/web", "nas/db", "nas/web"]


def test_a_named_container_is_shown_whatever_its_state(nas: FakeEngine, attic: FakeEngine) -> None:
    assert names(listing(FakeEngines([nas, attic]), "nas/db")) == ["nas/db"]


def test_a_status_that_only_all_would_list_implies_all(nas: FakeEngine, attic: FakeEngine) -> None:
    assert names(listing(FakeEngines([nas, attic]), filters=("status=created",))) == ["nas/db"]


def test_only_the_hosts_that_can_hold_the_answer_are_asked(nas: FakeEngine, attic: FakeEngine) -> None:
    engines = FakeEngines([nas, attic])
    assert names(listing(engines, hosts=("nas",))) == ["nas/web"]
    assert engines.opened == ["nas"]


def test_an_unknown_name_is_a_problem_and_the_known_one_is_shown(nas: FakeEngine, attic: FakeEngine) -> None:
    found = listing(FakeEngines([nas, attic]), "nas/web", "nas/nobody")
    assert names(found) == ["nas/web"]
    assert [type(each) for each in found.problems] == [NotFound]
    assert found.succeeded == 1


def test_only_a_row_that_shows_an_id_is_inspected_for_its_name(nas: FakeEngine, attic: FakeEngine) -> None:
    nas.add_image("web:1", image_id="sha256:" + "f" * 64)  # the tag moved away from what runs
    found = listing(FakeEngines([nas, attic]))
    assert [row.container.image for row in found.rows] == ["web:1", "web:1"]
    assert [call[0] for call in nas.calls].count("inspect") == 1
    assert [call[0] for call in attic.calls].count("inspect") == 0


def test_details_bring_the_restarts_and_the_exact_moment_of_each(nas: FakeEngine, attic: FakeEngine) -> None:
    document = nas.named("web")
    document["RestartCount"] = 7
    document["State"]["StartedAt"] = "2026-11-20T11:59:01.123456789Z"
    found = listing(FakeEngines([nas, attic]), "nas/web", details=True)
    container = found.rows[0].container
    assert (container.restarts, container.since) == (7, NOW - timedelta(seconds=58, microseconds=876544))
    assert listing(FakeEngines([nas, attic]), "nas/web").rows[0].container.restarts is None


def test_one_that_goes_away_under_way_is_left_out(nas: FakeEngine, attic: FakeEngine) -> None:
    engines = FakeEngines([nas, attic])

    async def gone(container: str) -> dict[str, object]:
        return await FakeEngine(ATTIC).inspect(container)

    attic.inspect = gone  # type: ignore[method-assign]
    assert names(listing(engines, details=True)) == ["nas/web"]


def test_one_that_its_engine_can_not_show_is_shown_as_listed(nas: FakeEngine) -> None:
    nas.add_container("odd", "odd:1")
    nas.fail_on("inspect", BROKEN, argument=nas.named("odd")["Id"], times=None)
    found = listing(FakeEngines([nas]), details=True, hosts=("nas",))
    assert names(found) == ["nas/odd", "nas/web"]
    assert [row.container.restarts for row in found.rows] == [None, 0]
    assert found.problems == ()


def test_the_stored_answer_stands_beside_its_container_and_can_be_filtered_by(
    nas: FakeEngine, attic: FakeEngine
) -> None:
    answers = {("id-nas", "web"): NEW}
    engines = FakeEngines([nas, attic])
    assert [row.update for row in listing(engines, answers=answers).rows] == [None, NEW]
    assert names(listing(engines, filters=("update=available",), answers=answers)) == ["nas/web"]
    assert names(listing(engines, filters=("update=unknown",), answers=answers)) == ["attic/web"]


def test_an_answer_about_what_ran_before_is_none_about_what_runs_now(nas: FakeEngine) -> None:
    key, now = ("id-nas", "shop/web/1"), nas.named("web")["Image"]
    nas.named("web")["Config"]["Labels"] |= {"com.docker.compose.service": "web"}
    for image, image_id, state in (
        ("web:1", now, "update_available"),
        (None, None, "update_available"),
        ("web:0", now, None),
        ("web:1", "sha256:old", None),
    ):
        found = listing(FakeEngines([nas]), "nas/web", answers={key: replace(NEW, image=image, image_id=image_id)})
        assert [row.update and row.update.state for row in found.rows] == [state]
