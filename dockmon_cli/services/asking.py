"""One question to many hosts at once: one that hangs or fails is a value in the answer and delays nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dockmon_cli.core.errors import DockmonError
from dockmon_cli.core.hosts import Host
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.services.fleet import as_failure, timed_out

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One host's answer: a value, or why there is none."""

    host: Host
    value: T | None = None
    error: DockmonError | None = None


async def ask_hosts(
    engines: Engines, hosts: Sequence[Host], question: Callable[[Engine], Awaitable[T]], *, timeout_s: float
) -> list[Answer[T]]:
    """Open every host, ask it and close it again, all at once; `timeout_s` is each host's limit for all of that.

    Answers come in the order of the hosts.
    """
    return list(await asyncio.gather(*(_ask(engines, host, question, timeout_s) for host in hosts)))


async def _ask(engines: Engines, host: Host, question: Callable[[Engine], Awaitable[T]], timeout_s: float) -> Answer[T]:
    try:
        async with asyncio.timeout(timeout_s), engines.open(host, timeout_s=timeout_s) as engine:
            return Answer(host, await question(engine))
    except TimeoutError:
        return Answer(host, error=timed_out(host, timeout_s))
    except DockmonError as error:
        return Answer(host, error=as_failure(host, error))
