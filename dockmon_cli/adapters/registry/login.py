"""Answers a registry's challenge: Basic, or a bearer token for each repository (distribution's token specification)."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from dockmon_cli.adapters.registry.exchange import Answer, Question
from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.manifest import parse_json_object
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.core.registry_answer import clean, reason_in
from dockmon_cli.core.registry_auth import Challenge, choose_challenge, parse_challenges, pull_scope
from dockmon_cli.ports.clock import Clock

CLIENT_ID = "dockmon"
SHORTEST_LIFE_S = 60.0
LONGEST_LIFE_S = 24 * 3600.0
MARGIN_S = 5.0
_VISIBLE = re.compile(r"[\x21-\x7e]{1,65536}")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token as the Authorization header wants it, and until when (monotonic) to use it."""

    header: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class Means:
    """What a login works with: the way to ask a token server, and the user's credentials with a hint to get some."""

    ask: Callable[[Question], Awaitable[Answer]]
    credentials: Callable[[], Awaitable[Credentials | None]]
    clock: Clock
    hint: str
    plain_http: bool


class Login:
    """The login at one registry during one run: one challenge, one token a repository, in memory only."""

    def __init__(self, registry: str, means: Means):
        self._registry = registry
        self._means = means
        self._challenge: Challenge | None = None
        self._scopes: dict[str, str] = {}
        self._bearers: dict[str, Bearer] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def header(self, repository: str) -> str:
        """Return the Authorization header for a repository; empty while the registry never asked for one.

        Raise RegistryError (auth, unreachable, rate_limited, unsupported) if there is no getting one.
        """
        if self._challenge is None:
            return ""
        if self._challenge.scheme == "basic":
            return await self._basic()
        async with self._locks.setdefault(repository, asyncio.Lock()):
            bearer = self._bearers.get(repository)
            if bearer is None or bearer.until <= self._means.clock.monotonic():
                bearer = self._bearers[repository] = await self._fetch(self._challenge, self._scope(repository))
            return bearer.header

    async def renewed(self, refusal: Answer, repository: str, used: str) -> str:
        """Given a 401 and the header that it refused, return another one to try; empty if there is none to be had."""
        challenge = choose_challenge(parse_challenges(refusal.headers.get_list("www-authenticate")))
        if refusal.elsewhere or challenge is None or (used and challenge.scheme == "basic"):
            return ""
        wanted = challenge.parameters.get("scope") or pull_scope(repository)
        if used and challenge.parameters.get("error") == "insufficient_scope" and wanted == self._scope(repository):
            return ""
        self._challenge, self._scopes[repository] = challenge, wanted
        bearer = self._bearers.get(repository)
        if bearer is not None and bearer.header == used:
            del self._bearers[repository]
        return await self.header(repository)

    def _scope(self, repository: str) -> str:
        return self._scopes.get(repository) or pull_scope(repository)

    async def _basic(self) -> str:
        credentials = await self._means.credentials()
        if credentials is None or not credentials.username:
            raise RegistryError("auth", f"{self._registry}: it wants a login, and there is none", self._means.hint)
        return _basic_header(credentials)

    async def _fetch(self, challenge: Challenge, scope: str) -> Bearer:
        question = self._question(challenge, scope, await self._means.credentials())
        answer = await self._means.ask(question)
        if answer.status in {400, 401, 403}:
            why = reason_in(answer.body) or f"status {answer.status}"
            raise RegistryError(
                "auth", f"{self._registry}: its token server refuses the login: {why}", self._means.hint
            )
        if answer.status != 200:
            raise self._unusable(f"answered with status {answer.status}")
        return self._read(answer)

    def _question(self, challenge: Challenge, scope: str, credentials: Credentials | None) -> Question:
        url = self._realm(challenge)
        asked = {"service": challenge.parameters.get("service", ""), "scope": scope}
        asked = {name: value for name, value in asked.items() if value}
        if credentials is not None and credentials.identity_token:
            grant = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": credentials.identity_token}
            return Question("POST", url, "application/json", form=grant | asked)
        if credentials is None or not credentials.username:
            return Question("GET", url.copy_merge_params(asked), "application/json")
        url = url.copy_merge_params({"account": credentials.username} | asked)
        return Question("GET", url, "application/json", authorization=_basic_header(credentials))

    def _realm(self, challenge: Challenge) -> httpx.URL:
        """Return the token server's address; one without TLS only where the registry may do without it too."""
        try:
            url = httpx.URL(challenge.realm)
        except httpx.InvalidURL as error:
            raise self._unusable(f"has a malformed address: {clean(challenge.realm)}") from error
        if not url.host or (url.scheme != "https" and not (self._means.plain_http and url.scheme == "http")):
            raise self._unusable(f"has an address without TLS: {clean(challenge.realm)}")
        return url

    def _read(self, answer: Answer) -> Bearer:
        try:
            document = parse_json_object(answer.body)
        except ValueError as error:
            raise self._unusable(f"gave no token: {error}") from error
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or _VISIBLE.fullmatch(token) is None:
            raise self._unusable("gave no token")
        life = document.get("expires_in")
        seconds = float(life) if isinstance(life, int) and 0 <= life <= LONGEST_LIFE_S else SHORTEST_LIFE_S
        until = self._means.clock.monotonic() + max(seconds, SHORTEST_LIFE_S) - MARGIN_S
        return Bearer(f"Bearer {token}", until)

    def _unusable(self, what: str) -> RegistryError:
        return RegistryError("unsupported", f"{self._registry}: its token server {what}")


def _basic_header(credentials: Credentials) -> str:
    return "Basic " + base64.b64encode(f"{credentials.username}:{credentials.password}".encode()).decode()
