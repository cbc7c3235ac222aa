"""Tags that a container has by itself."""

from __future__ import annotations

from dockmon_cli.core.containers import COMPOSE_PROJECT, SWARM_SERVICE, Container

TAGS_LABEL = "dockmon.tags"


def tags_of(container: Container) -> frozenset[str]:
    """Given a container, return its derived tags: compose project, swarm service, and the label's list."""
    labels = container.labels
    words = [labels.get(COMPOSE_PROJECT, ""), labels.get(SWARM_SERVICE, ""), *labels.get(TAGS_LABEL, "").split(",")]
    return frozenset(word.strip() for word in words if word.strip())
