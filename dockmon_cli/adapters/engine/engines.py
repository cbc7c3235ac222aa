"""`ports.engine.Engines`: opens hosts, whatever their URL says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from dockmon_cli.adapters.engine.calls import Calls
from dockmon_cli.adapters.engine.client import EngineClient
from dockmon_cli.adapters.engine.crew import Crew
from dockmon_cli.adapters.engine.engine import DockerEngine
from dockmon_cli.adapters.engine.negotiate import negotiate
from dockmon_cli.adapters.engine.roads import Road, road_to
from dockmon_cli.adapters.engine.tls_reasons import client_certificate_refused
from dockmon_cli.adapters.engine.translate import timed_out
from dockmon_cli.core.errors import DockmonError, HostError
from dockmon_cli.core.hosts import Host
from dockmon_cli.ports.clock import Clock

LOOKERS_HERE = 4
"""Threads for looks at an engine on this machine, which answers at once: more would only get into each other's way."""


@dataclass(frozen=True, slots=True)
class DockerEngines:
    """Opens connections to hosts; `clock` says when a list was read, `pull_silence_s` how long a pull may say nothing.

    An engine tells every few seconds what it does; one that waits for a registry that went away tells nothing.
    """

    clock: Clock
    pull_silence_s: float = 600.0

    @asynccontextmanager
    async def open(self, host: Host, *, timeout_s: float) -> AsyncIterator[DockerEngine]:
        """Connect and negotiate; on leaving, close everything that was opened, helper processes too."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(timeout_s):
                    engine = await self._connect(stack, host, timeout_s)
            except TimeoutError as error:
                raise _of(host, timed_out(timeout_s)) from error
            except DockmonError as error:
                raise _of(host, error) from error.__cause__
            yield engine

    async def _connect(self, stack: AsyncExitStack, host: Host, timeout_s: float) -> DockerEngine:
        road = await stack.enter_async_context(road_to(host, timeout_s))
        crew = Crew(host.name)
        client = EngineClient(road.address, timeout_s)
        stack.callback(client.close)
        stack.callback(crew.close)
        lookers = Crew(host.name, LOOKERS_HERE) if host.scheme == "unix" else crew
        stack.callback(lookers.close)
        calls = Calls(host, client, crew, timeout_s, lookers)
        return DockerEngine(calls, await _negotiate(calls, road, timeout_s), self.clock, self.pull_silence_s)


async def _negotiate(calls: Calls, road: Road, timeout_s: float) -> dict[str, object]:
    try:
        return await negotiate(calls)
    except HostError as error:
        if error.code == "broken_answer":
            raise await road.why_silent(timeout_s) or error from error
        if error.code == "tls_client_cert" and not (calls.host.tls and calls.host.tls.cert):
            raise client_certificate_refused(
                "REQUIRED"
            ) from error  # engines send one alert for none and for a wrong one
        raise


def _of(host: Host, error: DockmonError) -> DockmonError:
    error.host = error.host or host.name
    return error
