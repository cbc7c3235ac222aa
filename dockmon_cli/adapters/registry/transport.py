"""Sends requests, each through the proxy that the environment names for it, and counts them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx

from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.proxy import proxy_for
from dockmon_cli.core.registry_answer import clean

_PORTS = {"http": 80, "https": 443}

_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For lanes that speak plain http: no certificate is trusted, should TLS ever be spoken there."""

CONNECTIONS = 4
"""Of one lane: the registry, its token server, and where it redirects to."""


class Transport:
    """Kept-alive HTTP/1.1 connections, through the proxy that the environment names for each request.

    Every request under way has a lane of its own, a small pool of connections that is used again when the response is
    closed: the work that one large pool does for a request grows with the number of its connections. What a client of
    the HTTP library adds to a lane (cookies, redirects, logins from addresses) is not wanted here.
    """

    def __init__(self, tls: Callable[[], ssl.SSLContext], environment: Mapping[str, str]):
        self._tls = tls
        self._environment = environment
        self._free: dict[tuple[str, str | None], list[httpx.AsyncHTTPTransport]] = {}
        self._lanes: list[httpx.AsyncHTTPTransport] = []
        self.sent = 0

    @asynccontextmanager
    async def response(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Send a request and hand out its response, whose body is still to be read."""
        url = request.url
        proxy = proxy_for(url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0), self._environment)
        free = self._free.setdefault((url.scheme, proxy), [])
        lane = free.pop() if free else self._open(url.scheme, proxy)
        self.sent += 1
        try:
            response = await lane.handle_async_request(request)
            try:
                yield response
            finally:
                await response.aclose()
        finally:
            free.append(lane)

    async def aclose(self) -> None:
        """Close every connection."""
        for lane in self._lanes:
            await lane.aclose()

    def _open(self, scheme: str, proxy: str | None) -> httpx.AsyncHTTPTransport:
        if proxy is not None and not proxy.startswith(("http://", "https://")):
            kind = clean(proxy.partition("://")[0])
            raise RegistryError("unreachable", f"a {kind} proxy can't be used", "set an http:// or https:// proxy")
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        trust = _NOBODY if scheme == "http" else self._tls()
        lane = httpx.AsyncHTTPTransport(verify=trust, proxy=proxy, limits=limits, trust_env=False)
        self._lanes.append(lane)
        return lane
