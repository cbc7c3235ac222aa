"""What the services for hosts need beside engines: docker's settings, SSH keys and a clock, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dockmon_cli.core.errors import HostError, NotFound, UsageError
from dockmon_cli.core.hosts import Endpoint, Host
from tests.fakes.engine import NOW


class FakeClock:
    """Implements `ports.clock.Clock`; time stands still but for sleeping."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now
        self.slept_s = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.slept_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds


class FakeDockerSettings:
    """Implements `ports.docker_settings.DockerSettings`."""

    def __init__(self, local: Endpoint | None = None, contexts: Sequence[Endpoint] = ()) -> None:
        self._local = local or Endpoint("default", "unix:///var/run/docker.sock")
        self._contexts = {endpoint.name: endpoint for endpoint in contexts}

    def local(self) -> Endpoint:
        return self._local

    def contexts(self, names: Sequence[str]) -> list[Endpoint]:
        for name in names:
            if name not in self._contexts:
                raise NotFound(f"docker has no context {name}", target=name)
        return [self._contexts[name] for name in names or sorted(self._contexts)]


class FakeSshKeys:
    """Implements `ports.ssh_keys.SshKeys`: `known` host names are in known_hosts; every host shows `key`."""

    key = "ssh-ed25519 AAAA"

    def __init__(self, known: Sequence[str] = ()) -> None:
        self.known = set(known)

    def read(self, given: str) -> str:
        if not given.startswith(("ssh-", "SHA256:")):
            raise UsageError("this is no SSH host key")
        return given

    async def is_known(self, host: Host, timeout_s: float) -> bool:
        return host.name in self.known

    async def offered(self, host: Host, timeout_s: float) -> str:
        return self.key

    async def pinned(self, host: Host, timeout_s: float) -> str:
        if host.ssh_host_key not in (self.key, self.fingerprint(self.key)):
            raise HostError("host_key", "the host's SSH key is not the one expected")
        return self.key

    def fingerprint(self, key: str) -> str:
        return f"SHA256:{key[-4:]}"
