"""Where this process runs: in a container, perhaps."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from dockmon_cli.core.own_container import own_ids


def own_container_ids(proc: Path = Path("/proc/self")) -> frozenset[str]:
    """Return the IDs that the container of this process may have (see `core.own_container`); none outside of one."""
    return own_ids(_text(proc / "mountinfo"), _text(proc / "cgroup"), socket.gethostname())


def _text(file: Path) -> str:
    """A file that can't be read tells nothing: on another system than Linux there is none."""
    with suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""
