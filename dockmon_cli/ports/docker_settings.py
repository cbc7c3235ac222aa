"""Docker's own settings on this machine, as far as they say where engines are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dockmon_cli.core.hosts import Endpoint


class DockerSettings(Protocol):
    """Reads what the `docker` command would go by."""

    def local(self) -> Endpoint:
        """The engine that `docker` would talk to. Raise UsageError where its settings contradict themselves."""

    def contexts(self, names: Sequence[str]) -> list[Endpoint]:
        """The contexts of these names, all but `default` without names. Raise NotFound for one that is not there."""
