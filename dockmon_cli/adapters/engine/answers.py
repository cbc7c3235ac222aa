"""What comes back over HTTP: bodies bounded in size, JSON, and error answers as errors of ours."""

from __future__ import annotations

import json
import re
from typing import Any

from requests import Response

from dockmon_cli.core.errors import Conflict, EngineError, HostError, NoSuchObject, ReadOnly

LIMIT = 256 * 1024 * 1024
_CHUNK = 256 * 1024
_TOLD = 2000
_KINDS: dict[int, type[EngineError]] = {404: NoSuchObject, 409: Conflict}
# Docker's words and Podman's for a request that this release does not know.
_NO_SUCH_REQUEST = frozenset({"page not found", "404 page not found", "not found"})
# Podman's define.Err… (libpod/define/errors.go) as far as calls of ours meet them.
_PODMAN_CAUSES: dict[str, type[EngineError]] = {
    "that name is already in use": Conflict,
    "container state improper": Conflict,
    "no such container": NoSuchObject,
    "layer not known": NoSuchObject,
    "image not known": NoSuchObject,
    "network not found": NoSuchObject,
}
_TAG = re.compile(r"<[^>]*>")

_NOT_AN_ENGINE = "ask there with `curl`, or correct the URL: Docker's own ports are 2375, and 2376 with TLS"
_READ_ONLY = "dockmon can watch this host; to update on it, allow POST and DELETE in the socket proxy"


def read_body(response: Response, limit: int = LIMIT) -> bytes:
    """Return at most `limit` bytes of the body."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if size >= limit:
            break
    return b"".join(parts)[:limit]


def parse_json(body: bytes) -> Any:
    """Return the JSON in `body`. Raise HostError (`broken_answer`) if it is none."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise HostError(
            "broken_answer", "the engine's answer is no JSON", "see whether a proxy stands before it, and try again"
        ) from error


def not_an_engine(why: str) -> HostError:
    """Given what was seen instead, return the error for something that is no Docker engine."""
    return HostError("not_an_engine", f"something answers there, but it is no Docker engine: {why}", _NOT_AN_ENGINE)


def answer_error(status: int, body: bytes, path: str = "") -> EngineError:
    """Given an error status and its body, return the error it stands for, in the engine's own words."""
    message = engine_message(body) or f"the engine answered {status}"
    # The engine itself says 403 only about joining and leaving networks; elsewhere a proxy or a plugin does.
    if status == 403 and not path.startswith("/networks/"):
        return ReadOnly(f"refused before it reached the engine: {message}", _READ_ONLY, status=status)
    if status == 404 and message.lower() in _NO_SUCH_REQUEST:
        return EngineError(f"the engine has no such request: {path}", status=status)
    kind = _PODMAN_CAUSES.get(_podman_cause(body)) or _KINDS.get(status, EngineError)
    return kind(message, status=status)


def _podman_cause(body: bytes) -> str:
    """The `cause` in an error answer of Podman, which says 500 where Docker says 404 or 409."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    return str(document.get("cause", "")) if isinstance(document, dict) else ""


def engine_message(body: bytes) -> str:
    """Given the body of an error answer, return its message: the JSON's, or the text of what is no JSON."""
    try:
        document = json.loads(body)
    except ValueError:
        return " ".join(_TAG.sub(" ", body[:_TOLD].decode("utf-8", "replace")).split())
    message = document.get("message") if isinstance(document, dict) else None
    return message[:_TOLD] if isinstance(message, str) else ""
