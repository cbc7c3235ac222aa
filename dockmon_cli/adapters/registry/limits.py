"""How often and how many at once a registry may be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx

from dockmon_cli.adapters.registry.again import TryAgain
from dockmon_cli.core.documents import rfc3339
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.registry_answer import LONGEST_COOLDOWN_S, parse_remaining, parse_retry_after
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.registry import ManifestCache

SHORT_WAIT_S = 5.0
UNTOLD_COOLDOWN_S = 60.0
KEPT_BACK = 1
_HINT = "a login raises the limit of most registries; what was known before still stands"


class Gate:
    """The limits of one registry in one run.

    At most `lookups` requests are under way. What the registry says is left of its quota, less what is under way,
    never falls below one, which is left for a pull. After a 429 it is not asked until it said it may be, in this run
    and (kept in `cache`) in later ones; up to 5 s are waited for, once.
    """

    def __init__(self, registry: str, cache: ManifestCache, clock: Clock, lookups: int):
        self._registry = registry
        self._cache = cache
        self._clock = clock
        self._slots = asyncio.Semaphore(lookups)
        self._remaining: int | None = None
        self._under_way = 0
        self._changed = asyncio.Event()
        self._resume_at: float | None = None
        self._cool_until: float | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait for leave to send one request; give the monotonic time. Raise RegistryError (rate_limited) if none."""
        async with self._slots:
            await self._wait_out_pause()
            await self._wait_for_quota()
            self._refuse_while_cooling()
            self._under_way += 1
            try:
                yield self._clock.monotonic()
            finally:
                self._under_way -= 1
                self._changed.set()
                self._changed = asyncio.Event()

    @asynccontextmanager
    async def unmetered(self) -> AsyncIterator[float]:
        """The same for a request that is no pull, such as one to a token server."""
        async with self._slots:
            await self._wait_out_pause()
            self._refuse_while_cooling()
            yield self._clock.monotonic()

    def note(self, status: int, headers: httpx.Headers) -> None:
        """Take notice of what an answer tells about the quota; answers may arrive out of order."""
        told = parse_remaining(headers.get("ratelimit-remaining"))
        if told is not None and status != 429:
            self._remaining = told if self._remaining is None else min(told, self._remaining)

    def limited(self, headers: httpx.Headers, sent_at: float) -> RegistryError:
        """Given a 429 and when its request was sent, return the failure: to be tried again after a short wait,
        or final, with the registry left alone from now on."""
        wait = parse_retry_after(headers.get("retry-after"), self._clock.now())
        self._remaining = None  # When to ask again is what counts now, whatever was left before.
        first = self._resume_at is None or sent_at < self._resume_at
        if wait is not None and wait <= SHORT_WAIT_S and first:
            self._resume_at = max(self._resume_at or 0.0, self._clock.monotonic() + wait)
            return TryAgain(
                "rate_limited", f"{self._registry}: too many requests", _HINT, pause_s=0.0, retry_after_s=wait
            )
        self._cool_until = self._now() + (UNTOLD_COOLDOWN_S if wait is None else wait)
        self._cache.set_cooldown(self._registry, self._cool_until)
        return self._cooling(self._cool_until)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _wait_out_pause(self) -> None:
        wait = (self._resume_at or 0.0) - self._clock.monotonic()
        if self._resume_at is not None and wait > 0:
            await self._clock.sleep(wait)

    async def _wait_for_quota(self) -> None:
        while self._remaining is not None and self._remaining - self._under_way <= KEPT_BACK:
            if self._under_way == 0:
                message = f"{self._registry}: its quota is used up, {self._remaining} left"
                raise RegistryError("rate_limited", message, _HINT)
            await self._changed.wait()

    def _refuse_while_cooling(self) -> None:
        if self._cool_until is None:
            stored = self._cache.get_cooldown(self._registry) or 0.0
            self._cool_until = min(stored, self._now() + LONGEST_COOLDOWN_S)
        if self._cool_until > self._now():
            raise self._cooling(self._cool_until)

    def _cooling(self, until: float) -> RegistryError:
        moment = rfc3339(datetime.fromtimestamp(until, UTC))
        message = f"{self._registry}: too many requests; not asked again before {moment}"
        return RegistryError("rate_limited", message, _HINT, retry_after_s=max(until - self._now(), 0.0))
