"""What the tests of the engine's contract have in common: an engine opened for one piece of work, containers on it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dockmon_cli.core.containers import Container
from dockmon_cli.ports.engine import Engine
from tests.adapters.engine.conftest import Subject

T = TypeVar("T")


def on(subject: Subject, work: Callable[[Engine], Awaitable[T]]) -> T:
    """Open the engine, do the work, close it."""

    async def run() -> T:
        async with subject.engines.open(subject.host, timeout_s=20) as engine:
            return await work(engine)

    return asyncio.run(run())


async def make(engine: Engine, name: str, image: str, **spec: object) -> str:
    return await engine.create(name, {"Image": image, "Labels": {"made-by": "contract"}, **spec})


async def row(engine: Engine, name: str) -> Container:
    return next(each for each in await engine.containers(all=True) if each.name == name)


async def settled(engine: Engine, name: str, status: str) -> str:
    """The list trails behind: Docker writes a change into it a moment after it has answered the call."""
    for _ in range(200):
        if (found := (await row(engine, name)).status) == status:
            break
        await asyncio.sleep(0.05)
    return found
