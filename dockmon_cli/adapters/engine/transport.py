"""How the docker SDK's client reaches an engine: one requests adapter for unix sockets, TCP and TLS.

The SDK has an adapter of its own for each; ours replaces them so that every socket is reported to the call that
uses it (see `line`). Nothing else differs: urllib3 makes the connections and checks the certificates.
"""

from __future__ import annotations

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from dockmon_cli.adapters.engine.crew import SIZE
from dockmon_cli.adapters.engine.line import report


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        report(opened)
        return opened

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        report(self.sock)  # None for a new connection, which reports itself
        super().putrequest(*args, **kwargs)


class _Tls(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        report(opened)
        return opened

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        report(self.sock)
        super().putrequest(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


def _unix_pool(path: str) -> type[HTTPConnectionPool]:
    """Return a pool class whose connections all go to the socket at `path`, whatever host is asked for."""

    class Unix(_Plain):
        def _new_conn(self) -> socket.socket:
            opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            opened.settimeout(_seconds(self.timeout))
            try:
                opened.connect(path)
            except BaseException:
                opened.close()
                raise
            report(opened)
            return opened

    class UnixPool(HTTPConnectionPool):
        ConnectionCls = Unix

    return UnixPool


def _seconds(timeout: Any) -> float | None:
    return timeout if isinstance(timeout, int | float) else None


class EngineTransport(HTTPAdapter):
    """A requests adapter that reports its sockets; given `socket_path`, it speaks to that unix socket."""

    def __init__(self, socket_path: str | None = None) -> None:
        self._plain_pool = _unix_pool(socket_path) if socket_path else _PlainPool
        super().__init__(pool_connections=1, pool_maxsize=SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build urllib3's pool manager, with our connection classes in it."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": self._plain_pool, "https": _TlsPool}
