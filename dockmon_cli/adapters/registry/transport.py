"""Sends requests, each through the proxy that the environment names for it, and counts them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

import httpx

from dockmon_cli.core.errors import RegistryError
from dockmon_cli.core.proxy import proxy_for
from dockmon_cli.core.registry_answer import clean

_PORTS = {"http": 80, "https": 443}


class ProxyingTransport(httpx.AsyncBaseTransport):
    """One pool of kept-alive HTTP/1.1 connections for each proxy in use, and one for direct connections."""

    def __init__(self, context: ssl.SSLContext, environment: Mapping[str, str], connections: int):
        self._context = context
        self._environment = environment
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._pools: dict[str | None, httpx.AsyncHTTPTransport] = {}
        self.sent = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        proxy = proxy_for(url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0), self._environment)
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools[proxy] = self._open(proxy)
        self.sent += 1
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    def _open(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        if proxy is not None and not proxy.startswith(("http://", "https://")):
            scheme = clean(proxy.partition("://")[0])
            raise RegistryError("unreachable", f"a {scheme} proxy can't be used", "set an http:// or https:// proxy")
        return httpx.AsyncHTTPTransport(verify=self._context, proxy=proxy, limits=self._limits, trust_env=False)
