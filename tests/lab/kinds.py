"""The kinds of engine the lab knows, and what makes each of them what it is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.lab import cache
from tests.lab.errors import LabError

DEFAULT = "26.1-containerd"


@dataclass(frozen=True)
class Kind:
    """Where an engine's programs come from, and what its configuration adds."""

    name: str
    programs: str
    family: Literal["docker", "podman"] = "docker"
    settings: dict[str, Any] = field(default_factory=dict)

    def path(self) -> list[Path]:
        """Return the folders that go first on the daemon's PATH, fetched if need be."""
        unpacked, base = cache.get(self.programs), cache.get("base")
        return [*(unpacked / part for part in ("usr/bin", "usr/sbin")), base / "usr/sbin"]

    def client_path(self) -> list[Path]:
        """Return where the docker client is: the engine's own, or for Podman the newest there is."""
        return self.path() if self.family == "docker" else KINDS[DEFAULT].path()

    def libraries(self) -> list[Path]:
        """Return the folders of libraries that a minimal machine lacks."""
        return [found for name in (self.programs, "base") for found in cache.libraries(name)]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("20.10", "docker-20.10"),
        Kind("26.1", "docker-26.1"),
        Kind("26.1-containerd", "docker-26.1", settings={"features": {"containerd-snapshotter": True}}),
        Kind("podman", "podman", "podman"),
    )
}


def find(name: str) -> Kind:
    """Return the kind NAME. Raise LabError, naming all kinds, if there is none."""
    try:
        return KINDS[name]
    except KeyError:
        raise LabError(f"no engine kind {name!r}; there are {', '.join(KINDS)}") from None
