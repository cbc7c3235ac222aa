"""All hosts at once: one that hangs or fails is a value in the answer and delays nobody.

`ask_hosts` is for one question: each host is opened, asked and closed. Who has several opens a fleet, and asks each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from dockmon_cli.core.errors import DockmonError, HostError
from dockmon_cli.core.hosts import Host
from dockmon_cli.ports.engine import Engine, Engines

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

    async def ask(host: Host) -> T:
        async with engines.open(host, timeout_s=timeout_s) as engine:
            return await question(engine)

    return await asyncio.gather(*(_within(timeout_s, host, ask(host)) for host in hosts))


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
        opening = (engines.open(host, timeout_s=call_timeout_s or timeout_s) for host in hosts)
        entering = (stack.enter_async_context(engine) for engine in opening)
        tried = await asyncio.gather(*(_within(timeout_s, *each) for each in zip(hosts, entering, strict=True)))
        opened, failures = _parted(tried)
        yield Fleet(tuple(opened), tuple(failures))


async def ask_each(
    fleet: Fleet, ask: Callable[[Engine], Awaitable[T]], *, timeout_s: float
) -> tuple[list[T], list[DockmonError]]:
    """Ask every open host the same thing in parallel; return the answers, and the errors of those that gave none."""
    asked = (_within(timeout_s, engine.host, ask(engine)) for engine in fleet.engines)
    return _parted(await asyncio.gather(*asked))


async def _within(timeout_s: float, host: Host, asked: Awaitable[T]) -> Answer[T]:
    """A host's answer, or why it did not come in time."""
    try:
        async with asyncio.timeout(timeout_s):
            return Answer(host, await asked)
    except TimeoutError:
        return Answer(host, error=timed_out(host, timeout_s))
    except DockmonError as error:
        return Answer(host, error=as_failure(host, error))


def _parted(answers: Sequence[Answer[T]]) -> tuple[list[T], list[DockmonError]]:
    values = [cast("T", answer.value) for answer in answers if answer.error is None]
    return values, [answer.error for answer in answers if answer.error]


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
