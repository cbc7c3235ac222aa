"""`ports.ssh_keys.SshKeys` on OpenSSH's programs."""

from __future__ import annotations

from dockmon_cli.adapters.engine import ssh_keys
from dockmon_cli.core.host_url import parse_host_url
from dockmon_cli.core.hosts import Host


class OpenSshKeys:
    """Knows and asks for the keys that SSH hosts show."""

    def read(self, given: str) -> str:
        """Return the key or fingerprint that was given, as itself or as a file."""
        return ssh_keys.read_host_key(given)

    async def is_known(self, host: Host, timeout_s: float) -> bool:
        """True if the user's known_hosts (or the system's) holds a key of this host."""
        return await ssh_keys.is_known(parse_host_url(host.url), timeout_s)

    async def offered(self, host: Host, timeout_s: float) -> str:
        """Ask the host for its key, trusting nothing yet."""
        return (await ssh_keys.offered_keys(parse_host_url(host.url), timeout_s))[0]

    async def pinned(self, host: Host, timeout_s: float) -> str:
        """Return the key that the host's fingerprint stands for."""
        return await ssh_keys.expected_key(parse_host_url(host.url), host.ssh_host_key or "", timeout_s)

    def fingerprint(self, key: str) -> str:
        """Given a key, return its fingerprint."""
        return ssh_keys.fingerprint(key)
