"""What tells this machine from others, for the host_id of hosts that no command stored."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def machine_id() -> str:
    """Return this machine's ID (machine-id(5)), or its host name where it has none."""
    for file in _FILES:
        with suppress(OSError):
            if text := Path(file).read_text(encoding="ascii", errors="replace").strip():
                return text
    return socket.gethostname()
