"""Which hosts commands work on."""

from __future__ import annotations

from collections.abc import Sequence

from dockmon_cli.core.hosts import Host, local_host
from dockmon_cli.ports.docker_settings import DockerSettings


def serving(configured: Sequence[Host], docker: DockerSettings, machine_id: str) -> tuple[Host, ...]:
    """Given the configured hosts, return those that commands work on: they, else the local engine.

    Raise UsageError or NotFound where docker's own settings are needed and lead nowhere.
    """
    return tuple(configured) or (local_host(docker.local(), machine_id),)
