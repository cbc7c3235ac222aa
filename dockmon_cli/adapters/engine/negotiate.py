"""The first words with an engine: is it one, and which version of the API do both speak?"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from dockmon_cli.adapters.engine.answers import not_an_engine
from dockmon_cli.adapters.engine.calls import Calls
from dockmon_cli.adapters.engine.client import NEWEST_API
from dockmon_cli.adapters.engine.translate import tls_expected
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import EngineError, HostError, ReadOnly

_LIMIT = 1024 * 1024


async def negotiate(calls: Calls) -> Document:
    """Make the client speak the newest API that both know; return the engine's version document.

    Raise HostError where something else answers, or the engine speaks only what dockmon does not know yet.
    """
    version = await _version(calls)
    newest, oldest = str(version.get("ApiVersion", "")), str(version.get("MinAPIVersion") or "1.12")
    if not (_is_version(newest) and _is_version(oldest)):
        raise not_an_engine("it names no version of Docker's API")
    if _order(oldest) > _order(NEWEST_API):
        why = f"the engine speaks API {oldest} and newer, this dockmon up to {NEWEST_API}"
        raise HostError("unsupported", why, "upgrade dockmon")
    calls.client.speak(min(newest, NEWEST_API, key=_order))
    return version


async def _version(calls: Calls) -> Document:
    try:
        body = await calls.read(partial(calls.client.raw, "/version", limit=_LIMIT, versioned=False), calls.timeout_s)
    except ReadOnly:  # a proxy that keeps the version back still answers a ping
        return await _ping(calls)
    except EngineError as error:
        raise _no_version(error) from error
    return _docker_s(body)


def _docker_s(body: bytes) -> Document:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise not_an_engine("its answer to `GET /version` is no JSON") from error
    if not isinstance(document, dict) or "ApiVersion" not in document or not _lists_parts(document):
        raise not_an_engine("its answer to `GET /version` is not Docker's")
    return document


def _lists_parts(document: Document) -> bool:
    return isinstance(document.get("Components"), list | None)


async def _ping(calls: Calls) -> Document:
    try:
        headers: Any = await calls.read(partial(calls.client.headers_of, "/_ping"), calls.timeout_s)
    except EngineError as error:
        raise HostError("permission", "something before the engine refuses even its version",
                        "allow GET /version and /_ping in the socket proxy") from error  # fmt: skip
    if "Api-Version" not in headers:
        raise not_an_engine("its ping names no version of Docker's API")
    return {"ApiVersion": headers["Api-Version"]}


def _no_version(error: EngineError) -> HostError:
    # Go's and nginx's own words for plain HTTP on a TLS port
    if error.status == 400 and "HTTPS" in error.message:
        return tls_expected()
    if error.status in (401, 407):
        return HostError("login", "a proxy before the engine asks for a login", "name the engine's own port in the URL")
    return not_an_engine(f"it answers `GET /version` with {error.status}")


def _is_version(text: str) -> bool:
    return all(part.isdigit() and len(part) < 5 for part in text.split(".")) and text.count(".") == 1


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
