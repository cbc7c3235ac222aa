"""What the tests of the registry client share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dockmon_cli.adapters.registry import HttpRegistry, Surroundings
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import Reference
from dockmon_cli.ports.registry import ManifestCache, Registry
from tests.fakes.registry import MemoryManifestCache

NOWHERE = Path("/nonexistent/dockmon-test")


class JumpingClock:
    """A clock that jumps instead of waiting; `slept` are the waits."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.elapsed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds
        await asyncio.sleep(0)


@asynccontextmanager
async def client(
    cache: ManifestCache | None = None,
    *,
    clock: JumpingClock | None = None,
    auths: Mapping[str, Any] | None = None,
    folder: Path = NOWHERE,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 10.0,
    lookups: int = 16,
) -> AsyncIterator[HttpRegistry]:
    """A client with nothing of this machine around it; `auths` are written to a config.json in `folder`."""
    if auths is not None:
        (folder / "config.json").write_text(json.dumps({"auths": auths}))
    surroundings = Surroundings(
        {"DOCKER_CONFIG": str(folder)} | dict(environment or {}), folder / "certs.d", timeout_s, timeout_s
    )
    registry = HttpRegistry(
        cache or MemoryManifestCache(), None, lookups, clock=clock or JumpingClock(), surroundings=surroundings
    )
    try:
        yield registry
    finally:
        await registry.close()


def ref(host: str, repository: str = "web", tag: str = "1") -> Reference:
    return Reference.parse(f"{host}/{repository}:{tag}")


async def refusal(registry: Registry, reference: Reference, *, plain_http: bool = True) -> RegistryError:
    """Look a tag up and return the failure that comes of it."""
    try:
        found = await registry.digest(reference, plain_http=plain_http)
    except RegistryError as error:
        return error
    raise AssertionError(f"{reference} answered {found}")
