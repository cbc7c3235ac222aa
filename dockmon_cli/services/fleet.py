"""All hosts at once: one that hangs or fails is a value in the answer and delays nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from dockmon_cli.core.errors import DockmonError, HostError
from dockmon_cli.core.hosts import Host
from dockmon_cli.ports.engine import Engine, Engines

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fleet:
    """The hosts that could be opened, and why the others could not."""

    engines: tuple[Engine, ...] = ()
    failures: tuple[DockmonError, ...] = ()


@asynccontextmanager
async def open_fleet(
    engines: Engines, hosts: Sequence[Host], *, timeout_s: float, call_timeout_s: float | None = None
) -> AsyncIterator[Fleet]:
    """Open these hosts in parallel, each within `timeout_s`; on leaving, close them all.

    `call_timeout_s` is the limit of each later call, where it differs.
    """
    async with AsyncExitStack() as stack:
        limits = (timeout_s, call_timeout_s or timeout_s)
        tried = await asyncio.gather(*(_open(engines, host, limits, stack) for host in hosts))
        opened = tuple(engine for engine in tried if not isinstance(engine, DockmonError))
        yield Fleet(opened, tuple(error for error in tried if isinstance(error, DockmonError)))


async def _open(
    engines: Engines, host: Host, limits: tuple[float, float], stack: AsyncExitStack
) -> Engine | DockmonError:
    timeout_s, call_timeout_s = limits
    try:
        async with asyncio.timeout(timeout_s):
            return await stack.enter_async_context(engines.open(host, timeout_s=call_timeout_s))
    except TimeoutError:
        return timed_out(host, timeout_s)
    except DockmonError as error:
        return as_failure(host, error)


async def ask_each(
    fleet: Fleet, ask: Callable[[Engine], Awaitable[T]], *, timeout_s: float
) -> tuple[list[T], list[DockmonError]]:
    """Ask every open host the same thing in parallel; return the answers, and the errors of those that gave none."""
    tried = await asyncio.gather(*(_ask(engine, ask, timeout_s) for engine in fleet.engines))
    answers = [answer.value for answer in tried if isinstance(answer, _Answer)]
    return answers, [error for error in tried if isinstance(error, DockmonError)]


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    value: T


async def _ask(engine: Engine, ask: Callable[[Engine], Awaitable[T]], timeout_s: float) -> _Answer[T] | DockmonError:
    try:
        async with asyncio.timeout(timeout_s):
            return _Answer(await ask(engine))
    except TimeoutError:
        return timed_out(engine.host, timeout_s)
    except DockmonError as error:
        return as_failure(engine.host, error)


def timed_out(host: Host, timeout_s: float) -> HostError:
    """The error of a host that gave no answer in time."""
    hint = "see that the host is up and nothing between drops the packets, or allow more with --timeout"
    return HostError("timeout", f"unreachable: timed out after {timeout_s:g} s", hint, host=host.name)


def as_failure(host: Host, error: DockmonError) -> DockmonError:
    """The error as a report of many hosts tells it: whose it is, and first of all that there was no answer."""
    if isinstance(error, HostError) and error.code not in HostError.ACCESS:
        return HostError(error.code, f"unreachable: {error.message}", error.hint, host=host.name)
    error.host = host.name
    return error
