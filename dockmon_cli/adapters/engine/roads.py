"""The road to a host: where its socket or port is, with whatever must run or be checked for it."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dockmon_cli.adapters.engine.client import Address
from dockmon_cli.adapters.engine.crew import Crew
from dockmon_cli.adapters.engine.ssh_forward import forward
from dockmon_cli.adapters.engine.tls_files import check_tls_files, diagnose_silence, trusted_cas
from dockmon_cli.core.errors import HostError
from dockmon_cli.core.host_url import HostUrl, parse_host_url
from dockmon_cli.core.hosts import Host, TlsFiles


async def _says_nothing(_timeout_s: float) -> HostError | None:
    return None


@dataclass(frozen=True, slots=True)
class Road:
    """`address` is what to connect to; `why_silent` asks why the far end hung up, where it can be found out."""

    address: Address
    why_silent: Callable[[float], Awaitable[HostError | None]] = _says_nothing


@asynccontextmanager
async def road_to(host: Host, timeout_s: float) -> AsyncIterator[Road]:
    """Make the road and yield it; on leaving, nothing of it is left. Raise HostError where it can't be made."""
    url = parse_host_url(host.url)
    if url.scheme != "ssh":
        yield _unix(url) if url.scheme == "unix" else _tcp(host, url)
        return
    async with forward(host, url, timeout_s) as forwarded:
        yield Road(Address(socket_path=str(forwarded.socket)), forwarded.why_refused)


def _unix(url: HostUrl) -> Road:
    with suppress(OSError):  # what can't be looked at is told when it can't be connected to either
        if not stat.S_ISSOCK(Path(url.path).stat().st_mode):
            raise HostError(
                "not_an_engine", f"{url.path} is no socket", "name the engine's, often unix:///run/docker.sock"
            )
    return Road(Address(socket_path=url.path))


def _tcp(host: Host, url: HostUrl) -> Road:
    name = f"[{url.host}]" if ":" in url.host else url.host
    if host.tls is None:
        return Road(Address(f"http://{name}:{url.tcp_port(tls=False)}"))
    tls, port = host.tls, url.tcp_port(tls=True)
    check_tls_files(tls)
    cert = (tls.cert, tls.key) if tls.cert and tls.key else None
    return Road(Address(f"https://{name}:{port}", None, trusted_cas(tls), cert), _Diagnosis(url.host, port, tls).why)


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    """Shakes hands once more to hear why a TLS engine hung up."""

    host: str
    port: int
    tls: TlsFiles

    async def why(self, timeout_s: float) -> HostError | None:
        crew = Crew("diagnosis", size=1)
        try:
            return await crew.run(lambda: diagnose_silence(self.host, self.port, self.tls, timeout_s), timeout_s)
        except TimeoutError:
            return None
        finally:
            crew.close()
