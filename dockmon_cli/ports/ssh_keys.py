"""Public keys of SSH hosts."""

from __future__ import annotations

from typing import Protocol

from dockmon_cli.core.hosts import Host


class SshKeys(Protocol):
    """Knows and asks for the keys that SSH hosts show."""

    def read(self, given: str) -> str:
        """Given a key, a `SHA256:…` fingerprint or a file that holds a key, return key or fingerprint.

        Raise UsageError if it is none of them.
        """

    async def is_known(self, host: Host, timeout_s: float) -> bool:
        """True if the user's known_hosts (or the system's) holds a key of this host."""

    async def offered(self, host: Host, timeout_s: float) -> str:
        """Ask the host for its key, trusting nothing yet. Raise HostError where it can't be asked."""

    async def pinned(self, host: Host, timeout_s: float) -> str:
        """Given a host with the fingerprint of its key, return the key. Raise HostError if it shows another one."""

    def fingerprint(self, key: str) -> str:
        """Given a key, return its `SHA256:…` fingerprint."""
