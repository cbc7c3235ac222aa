"""A desk for the services of hosts, with everything behind it in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dockmon_cli.core.hosts import Host
from dockmon_cli.services import hosts as service
from tests.fakes.engine import INFO, FakeEngine, FakeEngines
from tests.fakes.host_tools import FakeClock, FakeDockerSettings, FakeSshKeys
from tests.fakes.store import MemoryChecks, MemoryHosts, MemoryJournal

NAS = Host("", "nas", "tcp://10.0.0.5:2375")
ATTIC = Host("", "attic", "unix:///attic.sock")
FAR = Host("", "far", "ssh://root@far")


@dataclass
class AnyEngines(FakeEngines):
    """Every host answers as the same engine, but for those that fail or hang."""

    failures: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(failures=self.failures)

    def open(self, host: Host, *, timeout_s: float) -> Any:
        self.by_host_id[host.host_id] = FakeEngine(host, info=replace(INFO, engine_id=f"engine of {host.url}"))
        return super().open(host, timeout_s=timeout_s)


def desk(
    *,
    declared: tuple[Host, ...] = (),
    engines: AnyEngines | None = None,
    docker: FakeDockerSettings | None = None,
    keys: FakeSshKeys | None = None,
    ask_key: service.AskKey | None = None,
) -> service.HostDesk:
    journal = MemoryJournal()
    ids = iter(f"id-{number}" for number in range(1, 99))
    return service.HostDesk(
        store=MemoryHosts(MemoryChecks(), journal),
        journal=journal,
        declared=declared,
        config_file="/etc/dockmon/dockmon.toml",
        docker=docker or FakeDockerSettings(),
        engines=engines or AnyEngines(),
        keys=keys or FakeSshKeys(),
        clock=FakeClock(),
        machine_id="machine",
        new_id=lambda: next(ids),
        timeout_s=0.2,
        ask_key=ask_key,
    )


def add(at: service.HostDesk, host: Host, *, check: bool = True) -> service.Looks:
    return asyncio.run(service.add(at, host, check=check))


def change(at: service.HostDesk, name: str, altered: Callable[[Host], Host]) -> service.Looks:
    return asyncio.run(service.change(at, name, altered, check=True))
