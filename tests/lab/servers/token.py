"""A registry that wants tokens, and the server that hands them out, on one port."""

import base64
import json
import re
import secrets
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from tests.lab.servers.http import Answer, Question, RegistryFront

SERVICE = "lab"
Spelling = Literal["token", "access_token"]
REPOSITORY = re.compile(r"^/v2/(?P<name>.+)/(?:manifests|blobs|tags|referrers)/")
SCOPE = re.compile(r"^repository:(?P<name>[^:]+):")


@dataclass(frozen=True)
class Handed:
    """One token handed out: how it was asked for, for whom, and for which repositories."""

    method: str
    user: str
    repositories: frozenset[str]


class TokenServer(RegistryFront):
    """Every question below /v2/ needs a token for its repository; /token gives one.

    With a user, only that user gets tokens; the password is taken as an identity token as well.
    """

    def __init__(
        self, address: str, registry: str, *, spelling: Spelling = "token", user: str = "", password: str = ""
    ) -> None:
        """Bind to ADDRESS in front of REGISTRY; the token comes under the key SPELLING."""
        super().__init__(address, registry)
        self._spelling = spelling
        self._user, self._password = user, password
        self._valid: dict[str, Handed] = {}
        self._handed: list[Handed] = []

    @property
    def tokens(self) -> list[Handed]:
        """The tokens handed out so far, in order."""
        with self._lock:
            return list(self._handed)

    @property
    def challenges(self) -> int:
        """How often somebody came without a token that opens what was asked."""
        return sum(asked.status == 401 and not asked.path.startswith("/token") for asked in self.requests)

    def expire(self) -> None:
        """Make every token handed out so far worthless."""
        with self._lock:
            self._valid.clear()

    def answer(self, question: Question) -> Answer:
        """Hand out a token, ask for one, or pass the question on."""
        url = urlsplit(question.path)
        if url.path == "/token":
            return self._hand_out(question, parse_qs(url.query) | parse_qs(question.body.decode()))
        found = REPOSITORY.match(url.path)
        name = found["name"] if found else ""
        with self._lock:
            shown = self._valid.get(question.headers.get("authorization", "").removeprefix("Bearer "))
        if shown and (not name or name in shown.repositories):
            return self.forward(question)
        return self._challenge(name)

    def _challenge(self, name: str) -> Answer:
        scope = f',scope="repository:{name}:pull"' if name else ""
        wanted = f'Bearer realm="http://{self.host}/token",service="{SERVICE}"{scope}'
        return _answer(401, {"errors": [{"code": "UNAUTHORIZED"}]}, {"WWW-Authenticate": wanted})

    def _hand_out(self, question: Question, asked: dict[str, list[str]]) -> Answer:
        user = self._account(question, asked)
        if user is None:
            return _answer(401, {"details": "incorrect username or password"})
        names = frozenset(found["name"] for scope in asked.get("scope", []) if (found := SCOPE.match(scope)))
        handed, token = Handed(question.method, user, names), secrets.token_urlsafe(24)
        with self._lock:
            self._handed.append(handed)
            self._valid[token] = handed
        return _answer(200, {self._spelling: token, "expires_in": 300})

    def _account(self, question: Question, asked: dict[str, list[str]]) -> str | None:
        """Return who asks, "" for nobody in particular, or None for somebody who may not."""
        if not self._user:
            return ""
        basic = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
        if question.headers.get("authorization") == f"Basic {basic}":
            return self._user
        return self._user if self._password in asked.get("refresh_token", []) + asked.get("password", []) else None


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
