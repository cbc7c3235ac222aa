"""A conversation with one registry: how it is reached, logged in to, and asked again after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from dockmon_cli.adapters.registry.again import TimedOut, TryAgain, fresh
from dockmon_cli.adapters.registry.exchange import Answer, Question, exchange
from dockmon_cli.adapters.registry.limits import Gate
from dockmon_cli.adapters.registry.login import Login, Means
from dockmon_cli.adapters.registry.surroundings import Surroundings
from dockmon_cli.adapters.registry.tls import tls_at_need
from dockmon_cli.adapters.registry.transport import Transport
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.reference import DOCKER_HUB
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.ports.clock import Clock

TRIES = 2
RENEWALS = 2
HUB_HOST = "registry-1.docker.io"


@dataclass(frozen=True, slots=True)
class Line:
    """What a session is built from; `plain_http` as the caller decided it for this registry."""

    registry: str
    plain_http: bool
    gate: Gate
    clock: Clock
    surroundings: Surroundings
    credentials: Callable[[], Awaitable[Credentials | None]]
    login_hint: str


class Session:
    """Asks one registry.

    The first question goes out alone and without a login: its answer tells the scheme and the challenge, so that no
    other question is asked in vain, and where no answer comes at all, none of the others waits for the same time-out.
    A registry that may be asked without TLS is asked so first, then over TLS with any certificate.
    """

    def __init__(self, line: Line):
        self._line = line
        tls = tls_at_need(line.registry, line.surroundings.certs_dir, verify=not line.plain_http)
        self._transport = Transport(tls, line.surroundings.environment)
        ask = self._ask_token_server
        self._login = Login(line.registry, Means(ask, line.credentials, line.clock, line.login_hint, line.plain_http))
        self._knocking: asyncio.Event | None = None
        self._schemes: tuple[str, ...] = ("http", "https") if line.plain_http else ("https",)
        self._is_open = False
        self._closed_by: RegistryError | None = None

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self._transport.sent

    async def ask(self, method: str, repository: str, path: str, accept: str) -> Answer:
        """Given GET or HEAD and a path such as `manifests/1.2` of a repository, return the answer.

        A 401 is answered by logging in, and once more with a new token. Raise RegistryError (unreachable,
        rate_limited, auth, unsupported) where there is no answer to return.
        """
        host = HUB_HOST if self._line.registry == DOCKER_HUB else self._line.registry
        question = Question(method, httpx.URL(f"{self._schemes[0]}://{host}/v2/{repository}/{path}"), accept)
        used = ""
        answer = await self._first(question)
        if answer is None:
            used = await self._login.header(repository)
            answer = await self._send(replace(question, authorization=used) if used else question)
        for _ in range(RENEWALS):
            header = await self._login.renewed(answer, repository, used) if answer.status == 401 else ""
            if not header:
                break
            used = header
            answer = await self._send(replace(question, authorization=used))
        return answer

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _first(self, question: Question) -> Answer | None:
        """Send this question if it is the first one; return None if the registry has answered before."""
        while not self._is_open:
            if self._closed_by is not None:
                raise fresh(self._closed_by)
            if self._knocking is None:
                return await self._knock(question)
            # All that wait go on together: one after the other, each would take a turn of the event loop.
            await self._knocking.wait()
        return None

    async def _knock(self, question: Question) -> Answer:
        knocking = self._knocking = asyncio.Event()
        try:
            return await self._send(question)
        except RegistryError as error:
            if not self._is_open and error.reason == "unreachable":
                self._closed_by = error
            raise
        finally:
            self._knocking = None
            knocking.set()

    async def _send(self, question: Question) -> Answer:
        return await self._repeat(self._line.gate.turn, lambda: self._reach(question))

    async def _ask_token_server(self, question: Question) -> Answer:
        return await self._repeat(self._line.gate.unmetered, lambda: self._exchange(question))

    async def _repeat(
        self, turn: Callable[[], AbstractAsyncContextManager[float]], work: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        retrying = AsyncRetrying(
            stop=stop_after_attempt(TRIES),
            retry=retry_if_exception_type(TryAgain),
            wait=_pause,
            sleep=self._line.clock.sleep,
            reraise=True,
        )
        return await retrying(self._try, turn, work)

    async def _try(
        self, turn: Callable[[], AbstractAsyncContextManager[float]], work: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        async with turn() as sent_at:
            answer = await work()
            if answer.status == 429:
                raise self._line.gate.limited(answer.headers, sent_at)
        if answer.status >= 500:
            hint = "try again later; the fault is the registry's"
            raise TryAgain("unreachable", f"{self._line.registry}: it answered with status {answer.status}", hint)
        return answer

    async def _reach(self, question: Question) -> Answer:
        """Exchange over the scheme that works, finding out which one does."""
        failures: list[RegistryError] = []
        for scheme in self._schemes:
            try:
                answer = await self._exchange(_over(scheme, question))
                self._reject_plain_http(scheme, answer)
            except RegistryError as error:
                failures.append(error)
                if isinstance(error, TimedOut) or not isinstance(error, TryAgain):
                    break
                continue
            self._schemes = (scheme,)
            self._is_open = True
            self._line.gate.note(answer.status, answer.headers)
            return answer
        raise failures[0]

    def _reject_plain_http(self, scheme: str, answer: Answer) -> None:
        """A TLS server tells a client that speaks plain http 400; so only before the first real answer."""
        if scheme == "http" and answer.status == 400 and not self._is_open:
            raise TryAgain("unreachable", f"{self._line.registry}: it answered with status 400 over plain http")

    async def _exchange(self, question: Question) -> Answer:
        timeout_s, plain = self._line.surroundings.request_timeout_s, self._line.plain_http
        return await exchange(self._transport, question, timeout_s=timeout_s, plain_http=plain)


def _over(scheme: str, question: Question) -> Question:
    url = question.url
    return question if url.scheme == scheme else replace(question, url=url.copy_with(scheme=scheme))


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    return error.pause_s if isinstance(error, TryAgain) else 0.0
