"""Handlers for `Server`: a registry that serves images, and a desk before it that wants tokens."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.registry.server import Asked, Reply
from tests.fakes.manifests import Blob, Image, image

PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs|tags)/(?P<wanted>[^/]+)")


def refused(status: int, message: str = "no", headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps({"errors": [{"code": "X", "message": message}]}).encode()
    return Reply(status, body, {"Content-Type": "application/json"} | dict(headers or {}))


def repository_of(asked: Asked) -> str:
    match = PATH.fullmatch(asked.path)
    return match["repository"] if match else ""


class Shop:
    """A registry. `extra` headers go with every manifest; without `tells_digest` it sends no digest header."""

    def __init__(self, *, tells_digest: bool = True, extra: Mapping[str, str] | None = None):
        self.tells_digest = tells_digest
        self.extra = dict(extra or {})
        self._blobs: dict[tuple[str, str], Blob] = {}

    def push(self, repository: str, tag: str, **recipe: Any) -> Image:
        made = image(**recipe)
        for blob in (made.top, *made.manifests.values(), *made.configs.values(), *made.others):
            self._blobs[repository, blob.digest] = blob
        self._blobs[repository, tag] = made.top
        return made

    def __call__(self, asked: Asked) -> Reply:
        match = PATH.fullmatch(asked.path)
        blob = self._blobs.get((match["repository"], match["wanted"])) if match else None
        if blob is None:
            return refused(404, "not known")
        told = {"Docker-Content-Digest": blob.digest} if self.tells_digest else {}
        return Reply(200, blob.body, {"Content-Type": blob.media_type} | told | self.extra)


@dataclass
class Desk:
    """Lets only those pass who carry a token for the repository; tokens are handed out under /token on the same server.

    `field_name` is how the answer spells the token, `login` the USER:PASSWORD it wants (none: anybody), `identity` the
    refresh token it takes by POST, `revoked` how many of the first tokens it does not accept.
    """

    shop: Shop
    field_name: str = "token"
    login: str = ""
    identity: str = ""
    revoked: int = 0
    error: str = ""
    realm: str = ""
    given: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return self._hand_out(asked)
        scope = f"repository:{repository_of(asked)}:pull"
        number = asked.authorization.removeprefix(f"Bearer {scope}#")
        if number.isdecimal() and int(number) > self.revoked:
            return self.shop(asked)
        realm = self.realm or f"http://{asked.headers['host']}/token"
        challenge = f'Bearer realm="{realm}",service="shop",scope="{scope}"'
        if asked.authorization and self.error:
            challenge += f',error="{self.error}"'
        return refused(401, "no entry", {"WWW-Authenticate": challenge})

    def _hand_out(self, asked: Asked) -> Reply:
        wanted = asked.form if asked.method == "POST" else asked.query
        if not self._welcome(asked) or wanted.get("service") != "shop":
            return Reply(401, b'{"details": "incorrect username or password"}')
        self.given.append(wanted["scope"])
        token = f"{wanted['scope']}#{len(self.given)}"
        return Reply(200, json.dumps({self.field_name: token, "expires_in": 300}).encode())

    def _welcome(self, asked: Asked) -> bool:
        if self.identity:
            return asked.form.get("grant_type") == "refresh_token" and asked.form.get("refresh_token") == self.identity
        return not self.login or asked.authorization == basic(self.login)


def basic(login: str) -> str:
    return "Basic " + base64.b64encode(login.encode()).decode()
