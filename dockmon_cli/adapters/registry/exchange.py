"""One question and its answer, with a total deadline, bounded redirects and a bounded body."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx

from dockmon_cli import __version__
from dockmon_cli.adapters.registry.again import TimedOut, unreachable
from dockmon_cli.adapters.registry.transport import Transport
from dockmon_cli.core.errors import RegistryError

LONGEST_BODY = 8 * 1024 * 1024
LONGEST_REFUSAL = 64 * 1024
MAX_REDIRECTS = 5
LIBRARY_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)
_USER_AGENT = f"dockmon/{__version__}"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Question:
    """A request. `authorization` stays out of `repr` and goes to no other host; `form` is sent with POST."""

    method: str
    url: httpx.URL
    accept: str = "*/*"
    authorization: str = field(default="", repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read whole. `elsewhere` is True if another host than the asked one gave it."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    elsewhere: bool = False


async def exchange(transport: Transport, question: Question, *, timeout_s: float, plain_http: bool) -> Answer:
    """Given a question, return the answer whatever its status, after at most `timeout_s` seconds in all.

    Redirects of GET and HEAD are followed, to plain http only if `plain_http`. Raise RegistryError: `TryAgain`
    (unreachable) when no answer came, unsupported for endless redirects and for a body over 8 MiB.
    """
    host = _host(question.url)
    try:
        async with asyncio.timeout(timeout_s):
            return await _follow(transport, question, plain_http=plain_http)
    except TimeoutError as error:
        hint = "try again later; the registry or the way to it is slow"
        raise TimedOut("unreachable", f"{host}: no answer within {timeout_s:g} s", hint) from error


async def _follow(transport: Transport, question: Question, *, plain_http: bool) -> Answer:
    asked = question.url
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _ask(transport, question)
        location = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not location or question.method == "POST":
            return answer if _keeps_secrets(asked, question.url) else replace(answer, elsewhere=True)
        question = _redirected(question, location, plain_http=plain_http)
    raise RegistryError(
        "unsupported", f"{_host(asked)}: more than {MAX_REDIRECTS} redirects", "the fault is the registry's"
    )


async def _ask(transport: Transport, question: Question) -> Answer:
    headers = {"Accept": question.accept, "Accept-Encoding": "identity", "User-Agent": _USER_AGENT}
    if question.authorization:
        headers["Authorization"] = question.authorization
    try:
        request = httpx.Request(question.method, question.url, headers=headers, data=question.form)
        async with transport.response(request) as response:
            return Answer(response.status_code, response.headers, await _read(question.url, response))
    except TimeoutError:
        raise
    except LIBRARY_ERRORS as error:
        raise unreachable(_host(question.url), error) from error


async def _read(asked: httpx.URL, response: httpx.Response) -> bytes:
    """Read the body, of a refusal only the beginning."""
    limit = LONGEST_BODY if response.is_success else LONGEST_REFUSAL
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limit:
            break
    if len(body) > limit and response.is_success:
        message = f"{_host(asked)}: the answer is larger than {limit >> 20} MiB"
        raise RegistryError(
            "unsupported", message, "no manifest is that large; check that this is a container registry"
        )
    return bytes(body[:limit])


def _redirected(question: Question, location: str, *, plain_http: bool) -> Question:
    try:
        url = question.url.join(location)
    except httpx.InvalidURL as error:
        raise unreachable(_host(question.url), error) from error
    if url.scheme != "https" and not (plain_http and url.scheme == "http"):
        message = f"{_host(question.url)}: it redirects to plain http, which is not allowed for it"
        raise RegistryError("unsupported", message, "name it in registries.insecure of dockmon.toml if that is meant")
    keep = _keeps_secrets(question.url, url)
    return replace(question, url=url, authorization=question.authorization if keep else "")


def _keeps_secrets(asked: httpx.URL, other: httpx.URL) -> bool:
    """True if both are the same server, or the same host on its way from port 80 to https."""
    if (asked.scheme, asked.host, asked.port) == (other.scheme, other.host, other.port):
        return True
    return asked.host == other.host and (asked.scheme, other.scheme, asked.port, other.port) == (
        "http",
        "https",
        None,
        None,
    )


def _host(url: httpx.URL) -> str:
    return url.netloc.decode("ascii", "replace")
