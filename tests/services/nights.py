"""Two hosts whose containers are updated by themselves, and a clock that a test moves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.documents import Document
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.core.windows import Windows
from dockmon_cli.services import update as service
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update import ApplyReport, Asked, Consent
from dockmon_cli.services.update_gather import UpdateTools
from tests.fakes.engine import NOW
from tests.fakes.lock import MemoryLeases
from tests.services.test_update_look import REGISTRY, Fleet

BY_ITSELF = Asked(by_itself=True)
ALL = parse_selector()


class NightClock:
    """Implements `ports.clock.Clock`: sleeping takes no time, and moves it on."""

    def __init__(self) -> None:
        self.moment = NOW
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_on(seconds=seconds)
        await asyncio.sleep(0)

    def pass_on(self, **time: float) -> None:
        """Let some time pass."""
        step = timedelta(**time)
        self.moment += step
        self.seconds += step.total_seconds()


class Goes:
    """Implements `services.update.Watcher`: says yes, and confirms nothing."""

    def __init__(self) -> None:
        self.asked: list[PlanItem] = []
        self.fetched: list[tuple[str, str]] = []

    def consent(self, items: Any) -> Consent:
        self.asked = list(items)
        return Consent(go=True)

    def step(self, operation: Any, record: Any) -> None: ...

    def fetch(self, swap: Any, record: Any) -> None:
        self.fetched.append((swap.name, record.result))

    def layer(self, swap: Any, layer: str, what: str, done: int, total: int) -> None: ...


@dataclass
class Nights(Fleet):
    """Runs as cron starts them. `on` puts what a selection covers on automatic; `ages` and `windows` are rules too."""

    clock: NightClock = field(default_factory=NightClock)
    leases: MemoryLeases = field(default_factory=MemoryLeases)
    max_parallel: int = 2
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def on(self, *targets: str, **values: Any) -> None:
        """Put TARGETs on automatic, or all containers; values of other settings hold for them too."""
        selector = parse_selector(targets) if targets else parse_selector(filters=["name=*"])
        settings = {"auto": True, **values}
        self.rules += tuple(Rule(word, value, selector, origin="dockmon.toml:3") for word, value in settings.items())

    def outdated(self, host: str, name: str) -> None:
        """Run a container whose tag serves another image by now."""
        self.add(host, name)
        self.release(name, f"{name} new")

    def release(self, name: str, seed: str) -> str:
        """Put another image under the tag; return its digest."""
        pushed = self.registry.push(f"{REGISTRY}/{name}:1", seed=seed)
        for engine in self.hosts.values():
            engine.add_pullable(Reference.parse(pushed.ref).name, pushed.digest, image_id=pushed.digest)
        return pushed.digest

    @property
    def tools(self) -> UpdateTools:
        windows = Windows({"night": "mon-sat 02:00-05:00"}, "UTC")
        return replace(
            super().tools,
            clock=self.clock,
            leases=self.leases,
            windows=windows,
            max_parallel=self.max_parallel,
            by="cron",
            new_op=lambda: f"op-{next(self.numbers)}",
        )

    def run(self, selector: Selector = ALL, asked: Asked = BY_ITSELF) -> ApplyReport:
        """One `update apply`, by itself unless asked otherwise."""
        return asyncio.run(service.apply(self.tools, selector, Goes(), Stop(), asked))

    def tonight(self, *targets: str) -> list[PlanItem]:
        """What `update plan --auto` tells."""
        return list(asyncio.run(service.plan(self.tools, parse_selector(targets), BY_ITSELF)).items)

    def see(self) -> dict[tuple[str, str], CheckAnswer]:
        """Let dockmon see what is served now, as `update check` does."""
        asyncio.run(service.check(self.tools, ALL))
        return dict(self.store.checks.answers())

    def breaks(self, name: str) -> None:
        """Let any other image that is started under this name on nas end at once, with 1."""
        good = self.hosts["nas"].named(name)["Image"]

        def on_start(document: Document) -> None:
            if document["Name"] == f"/{name}" and document["Image"] != good:
                document["State"].update(Status="exited", Running=False, ExitCode=1)

        self.hosts["nas"].on_start = on_start

    def key(self, name: str) -> str:
        """The key of the container that has this name on nas now."""
        return f"id-nas:{self.hosts['nas'].named(name)['Id'][:12]}"

    @property
    def kinds(self) -> list[tuple[str, str | None]]:
        """The events on record, oldest first: kind and name."""
        return [(event.kind, event.name) for event in self.store.records.log]


def one_outdated(*on: str) -> Nights:
    """One container, `web` on nas, that is outdated; what `on` says is on automatic, all if it says nothing."""
    found = Nights()
    found.outdated("nas", "web")
    found.on(*on)
    return found


def results(report: ApplyReport) -> list[tuple[str, str, str | None]]:
    """What came of each container: its TARGET, the result and its reason."""
    return [(o.item.candidate.container.target, o.result, o.reason) for o in report.outcomes]
