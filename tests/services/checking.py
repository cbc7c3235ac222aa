"""One engine with one container, and a registry, in memory: what a check is tried on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.tag_candidates import EXACT, Tracking
from dockmon_cli.core.tags import NO_TAGS
from dockmon_cli.services.checked import Checked
from dockmon_cli.services.listing import listed
from dockmon_cli.services.update_check import Checker
from tests.fakes.engine import INFO, FakeEngine
from tests.fakes.registry import FakePushed, FakeRegistry
from tests.fakes.store import MemoryChecks

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REPOSITORY = "registry.lan:5000/web"
WEB = f"{REPOSITORY}:1"
GRAPH = replace(INFO, image_store="graph")
KEY = ("host-1", "web")


class StillClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


@dataclass
class World:
    """One engine with one container `web`, and a registry; `check` is one run of the command."""

    containerd: bool = False
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    store: MemoryChecks = field(default_factory=MemoryChecks)
    clock: StillClock = field(default_factory=StillClock)
    tracking: Tracking = EXACT

    def __post_init__(self) -> None:
        self.engine = FakeEngine(info=INFO if self.containerd else GRAPH)

    def push(self, **recipe: Any) -> FakePushed:
        return self.registry.push(WEB, **recipe)

    def pulled(self, pushed: FakePushed, reference: str = WEB) -> str:
        """The engine has an image as it would after a pull."""
        image_id = pushed.digest if self.containerd else pushed.config_digest
        return self.engine.add_image(reference, image_id=image_id, digest=pushed.digest)

    def run(self, pushed: FakePushed, name: str = "web") -> None:
        self.pulled(pushed)
        self.engine.add_container(name, WEB)

    def checks(self, *, known: CheckAnswer | None = None) -> list[Checked]:
        """Every container's answer in one run."""

        async def everything() -> list[Checked]:
            self.registry.next_run()
            self.registry.lookups.clear()
            self.registry.fetched.clear()
            self.registry.listed.clear()
            checker = Checker(self.registry, self.store, self.clock, ())
            info, found = await self.engine.info(), await listed(self.engine, NO_TAGS, all=True)
            asked = (checker.check(self.engine, info, each, self.tracking, known) for each in found)
            done = list(await asyncio.gather(*asked))
            checker.keep()
            return done

        return asyncio.run(everything())

    def check(self, *, known: CheckAnswer | None = None) -> CheckAnswer:
        (only,) = self.checks(known=known)
        return only.answer
