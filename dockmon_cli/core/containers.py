"""Containers as the list shows them, and what stays the same about one when it is recreated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

LOCK_SUFFIX = ".dockmon-new"
ASIDE_SUFFIX = ".dockmon-old"

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"
COMPOSE_NUMBER = "com.docker.compose.container-number"
COMPOSE_VERSION = "com.docker.compose.version"
SWARM_SERVICE = "com.docker.swarm.service.name"


def short_id(full_id: str) -> str:
    """Given a container's ID, return its address form: the first 12 characters."""
    return full_id.removeprefix("sha256:")[:12]


def identity(name: str, labels: Mapping[str, str]) -> str:
    """Given a container's name and labels, return what survives recreation.

    That is `project/service/number` for a compose container and the name for any other.
    """
    project, service = labels.get(COMPOSE_PROJECT), labels.get(COMPOSE_SERVICE)
    if project and service:
        return f"{project}/{service}/{labels.get(COMPOSE_NUMBER, '1')}"
    return name


def is_of_old_compose(labels: Mapping[str, str]) -> bool:
    """True for a container that Compose 1 made: it hashes the ID of the image along with the service."""
    return COMPOSE_PROJECT in labels and labels.get(COMPOSE_VERSION, "").startswith("1.")


def base_name(name: str) -> str:
    """Given any container name, return the name its service has when no swap is under way."""
    return name.removesuffix(LOCK_SUFFIX).removesuffix(ASIDE_SUFFIX)


@dataclass(frozen=True, slots=True)
class Port:
    """One port of a container; `public` is None where it is only exposed."""

    private: int
    protocol: str
    public: int | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """One container on one host, from the engine's list.

    `status` is Docker's word (created, running, paused, restarting, removing, exited, dead); `health` is
    healthy, unhealthy, starting or None where nothing checks. `since` is when the status began, as precise as
    the source tells: the list knows it to the unit that its text shows. `restarts` is None until inspected.
    `user_tags` are those that its user gave it, which engines know nothing of. `image_labels` are the keys of the
    labels about its settings that its image brings along, as far as somebody looked. `manifest_digest` is that of
    its image's manifest for its platform, where the engine tells it.
    """

    host_id: str
    host: str
    id: str
    name: str
    image: str
    image_id: str
    status: str
    created_at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    exit_code: int | None = None
    health: str | None = None
    restarts: int | None = None
    ports: tuple[Port, ...] = ()
    user_tags: frozenset[str] = frozenset()
    image_labels: frozenset[str] = frozenset()
    manifest_digest: str | None = None

    @property
    def key(self) -> str:
        """The address of this running instance: `{host_id}:{short_id}`."""
        return f"{self.host_id}:{short_id(self.id)}"

    @property
    def target(self) -> str:
        """What a user can paste after any command: `host/name`."""
        return f"{self.host}/{self.name}"

    @property
    def identity(self) -> str:
        """What stays the same when it is recreated."""
        return identity(self.name, self.labels)

    @property
    def is_temporary(self) -> bool:
        """True for the lock and the set-aside container of a swap, which are no containers of their own."""
        return base_name(self.name) != self.name
