"""Looking at many containers on many hosts: what goes wrong with one is told once and stops nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from dockmon_cli.core.container_settings import Default, Rule
from dockmon_cli.core.errors import CutOff, DockmonError, EngineError, HostError, NoSuchObject, NotFound
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tags import NO_TAGS, TagBook
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.verify import VerifySettings
from dockmon_cli.services import update as service
from dockmon_cli.services.container_settings import ContainerSettings
from dockmon_cli.services.policy import Policies
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update import CheckReport, Consent, PlanReport
from dockmon_cli.services.update_gather import UpdateTools
from dockmon_cli.services.update_history import history
from tests.fakes.compose_file import MemoryComposeFiles
from tests.fakes.engine import FakeEngine, FakeEngines
from tests.fakes.lock import MemoryLeases
from tests.fakes.registry import FakeRegistry
from tests.fakes.store import MemoryStore
from tests.services.checking import StillClock

REGISTRY = "registry.lan:5000"


@dataclass
class Fleet:
    """Two hosts, a registry and a store; containers are made of images that were pulled from it."""

    registry: FakeRegistry = field(default_factory=FakeRegistry)
    store: MemoryStore = field(default_factory=MemoryStore)
    rules: tuple[Rule, ...] = ()
    tags: TagBook = NO_TAGS

    def __post_init__(self) -> None:
        names = ("nas", "attic")
        self.hosts = {name: FakeEngine(Host(f"id-{name}", name, f"unix:///{name}.sock")) for name in names}
        self.engines = FakeEngines(self.hosts.values())

    def add(self, host: str, name: str, *, outdated: bool = False, registry: str = REGISTRY) -> None:
        ref = f"{registry}/{name}:1"
        pushed = self.registry.push(ref, seed=name)
        self.hosts[host].add_image(ref, image_id=pushed.digest, digest=pushed.digest)
        self.hosts[host].add_container(name, ref)
        if outdated:
            self.registry.push(ref, seed=f"{name} new")

    @property
    def tools(self) -> UpdateTools:
        self.registry.next_run()
        return UpdateTools(
            engines=self.engines,
            hosts=tuple(engine.host for engine in self.hosts.values()),
            registry=self.registry,
            checks=self.store.checks,
            journal=self.store.journal,
            holds=self.store.holds,
            refusals=self.store.refusals,
            records=self.store.records,
            rules=self.store.rules,
            leases=MemoryLeases(),
            clock=StillClock(),
            policies=Policies(self.rules),
            settings=ContainerSettings(self.rules, {"track": Default("minor", "dockmon.toml:2")}),
            tags=self.tags,
            compose_files=MemoryComposeFiles(),
            insecure=(),
            verify=VerifySettings(),
            max_parallel=2,
            by="tester",
            new_op=lambda: "op",
            kept=self.store.kept,
        )

    def check(self, *targets: str, filters: tuple[str, ...] = ()) -> CheckReport:
        return asyncio.run(service.check(self.tools, parse_selector(targets, filters=filters)))

    def plan(self, *targets: str) -> PlanReport:
        return asyncio.run(service.plan(self.tools, parse_selector(targets), fresh=True))


def found(report: CheckReport) -> list[tuple[str, str]]:
    return [(entry.checked.container.target, entry.checked.answer.state) for entry in report.looked]


def told(problems: tuple[DockmonError, ...]) -> list[tuple[str | None, str]]:
    return [(problem.target or problem.host, problem.code) for problem in problems]


def test_a_selection_is_in_order_of_host_and_name_and_targets_are_as_typed() -> None:
    fleet = Fleet()
    for host, name in (("nas", "web"), ("nas", "db"), ("attic", "zoo")):
        fleet.add(host, name)
    assert [target for target, _ in found(fleet.check())] == ["attic/zoo", "nas/db", "nas/web"]
    assert [target for target, _ in found(fleet.check("web", "zoo", "db"))] == ["nas/web", "attic/zoo", "nas/db"]


def test_a_host_that_is_lost_under_way_is_one_failure_and_the_others_are_told() -> None:
    fleet = Fleet()
    for number in range(5):
        fleet.add("nas", f"web{number}")
    fleet.add("attic", "zoo")
    fleet.hosts["nas"].fail_on("inspect_image", HostError("timeout", "timed out"), times=None)
    report = fleet.check()
    assert (found(report), told(report.problems), report.hosts) == (
        [("attic/zoo", "up_to_date")],
        [("nas", "timeout")],
        1,
    )
    assert report.problems[0].message == "unreachable: timed out"


def test_one_containers_error_is_its_own() -> None:
    fleet = Fleet()
    for name in ("db", "web"):
        fleet.add("nas", name)
    fleet.hosts["nas"].fail_on("inspect_image", EngineError("out of order", status=500))
    report = fleet.check()
    assert len(report.looked) == 1
    assert [(problem.message, problem.host) for problem in report.problems] == [("out of order", "nas")]


def test_one_that_went_away_meanwhile_is_missed_only_where_it_was_named() -> None:
    fleet = Fleet()
    fleet.add("nas", "web")
    fleet.hosts["nas"].fail_on("inspect", NoSuchObject("no such container", status=404), times=None)
    assert (fleet.plan().items, fleet.plan().problems) == ((), ())
    (problem,) = fleet.plan("web").problems
    assert isinstance(problem, NotFound)
    assert (problem.exit_code, problem.target) == (5, "nas/web")


def test_details_that_fail_for_one_do_not_spoil_the_plan_of_the_others() -> None:
    fleet = Fleet()
    for name in ("db", "web"):
        fleet.add("nas", name, outdated=True)
    fleet.hosts["nas"].fail_on("size_rw", CutOff("no answer"))
    report = fleet.plan()
    assert [item.would for item in report.items] == ["update"]
    assert [problem.code for problem in report.problems] == ["timeout"]


def test_filters_on_update_states_are_held_by_the_new_answers_and_hide_no_failure() -> None:
    fleet = Fleet()
    fleet.add("nas", "old", outdated=True)
    fleet.add("nas", "same")
    fleet.add("nas", "far", registry="far.lan")
    fleet.registry.fail("far.lan", "unreachable")
    available = fleet.check(filters=("update=available",))
    assert found(available) == [("nas/old", "update_available")]
    assert told(available.problems) == [("nas/far", "unreachable")]
    assert found(fleet.check(filters=("update=none",))) == [("nas/same", "up_to_date")]
    unknown = fleet.check(filters=("update=unknown",))
    assert (found(unknown), unknown.problems) == ([("nas/far", "unknown")], ())


def test_a_registry_that_limits_its_rate_is_one_problem() -> None:
    fleet = Fleet()
    for name in ("a1", "a2", "a3"):
        fleet.add("nas", name)
    fleet.registry.fail(REGISTRY, "rate_limited", f"{REGISTRY}: too many requests")
    report = fleet.check(filters=("update=available",))
    told = {(p.target, p.host, p.code, p.message) for p in report.problems}
    assert told == {(REGISTRY, None, "rate_limited", "too many requests")}


def test_what_holds_for_each_container_is_resolved_once_and_goes_with_it_into_the_plan() -> None:
    media = Rule("min_age", 60.0, parse_selector((), (), ("media",)), origin="dockmon.toml:5")
    fleet = Fleet(rules=(media,), tags=TagBook({("id-nas", "web"): frozenset({"media"})}))
    fleet.add("nas", "web", outdated=True)
    fleet.add("nas", "db")
    looked = {entry.checked.container.name: entry.settings for entry in fleet.check().looked}
    assert {name: (each.min_age.value, each.track.value) for name, each in looked.items()} == {
        "web": (60.0, "minor"), "db": (0.0, "minor"),
    }  # fmt: skip
    planned = {item.candidate.container.name: item.candidate.settings for item in fleet.plan().items}
    assert planned == looked


def test_a_tag_that_its_user_gave_selects_a_container() -> None:
    fleet = Fleet(tags=TagBook({("id-nas", "web"): frozenset({"media"})}, {"media": ("attic/db",)}))
    fleet.add("nas", "web")
    fleet.add("nas", "other")
    fleet.add("attic", "db")
    report = asyncio.run(service.check(fleet.tools, parse_selector((), (), ("media",))))
    assert found(report) == [("attic/db", "up_to_date"), ("nas/web", "up_to_date")]


def test_an_ignored_container_is_asked_about_only_when_it_is_named() -> None:
    ignore = Rule("policy", "ignore", parse_selector(("nas/web",)), origin="dockmon.toml")
    fleet = Fleet(rules=(ignore,))
    fleet.add("nas", "web", outdated=True)
    assert (found(fleet.check()), fleet.registry.lookups) == ([("nas/web", "ignored")], [])
    assert found(fleet.check("web")) == [("nas/web", "update_available")]
    assert fleet.plan("web").items[0].reason == "ignored"


def test_a_run_that_was_ended_while_it_looked_asks_nobody_and_starts_nothing() -> None:
    class Nobody:
        def consent(self, items: object) -> Consent:
            raise AssertionError("nobody is to be asked")

        def step(self, operation: object, record: object) -> None: ...

        def layer(self, swap: object, layer: str, what: str, done: int, total: int) -> None: ...

    async def scenario() -> list[PlanItem]:
        stop = Stop()
        stop.ask("interrupted")
        report = await service.apply(fleet.tools, parse_selector(("web",)), Nobody(), stop)
        assert [(outcome.result, outcome.reason) for outcome in report.outcomes] == [("failed", "interrupted")]
        return [outcome.item for outcome in report.outcomes]

    fleet = Fleet()
    fleet.add("nas", "web", outdated=True)
    assert asyncio.run(scenario())
    assert not {"pull", "create", "stop"} & {call[0] for call in fleet.hosts["nas"].calls}


def test_history_holds_filters_by_the_stored_answers() -> None:
    fleet = Fleet()
    fleet.add("nas", "web")
    report = asyncio.run(history(fleet.tools, parse_selector(filters=("update=unknown",)), limit=5))
    assert (report.operations, report.problems, report.hosts) == ((), (), 2)


def test_what_compose_left_beside_a_container_is_named_by_the_plan() -> None:
    fleet = Fleet()
    fleet.add("nas", "shop-web-1", outdated=True)
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
    engine = fleet.hosts["nas"]
    engine.named("shop-web-1")["Config"]["Labels"] = labels
    for name in ("6a3b_shop-web-1", "shop-web-1.dockmon-old"):
        engine.add_container(name, f"{REGISTRY}/shop-web-1:1", running=False, Labels=labels)
    item = next(item for item in fleet.plan().items if item.candidate.container.name == "shop-web-1")
    assert "docker rm 6a3b_shop-web-1" in item.message
    assert "dockmon-old" not in item.message
