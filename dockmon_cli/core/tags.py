"""Tags: those that a container has by itself, and those that its user gave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from dockmon_cli.core.containers import COMPOSE_PROJECT, SWARM_SERVICE, Container
from dockmon_cli.core.targets import means

TAGS_LABEL = "dockmon.tags"

TagSource = Literal["user", "declared", "project", "service", "label"]
"""What gives a tag: a command, the configuration, compose's project, swarm's service, or the label dockmon.tags."""
_LABELS: tuple[tuple[TagSource, str], ...] = (
    ("project", COMPOSE_PROJECT), ("service", SWARM_SERVICE), ("label", TAGS_LABEL),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenTag:
    """A tag that a command gave to the container of this identity, by whom and when."""

    host_id: str
    identity: str
    tag: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TagBook:
    """The tags that users gave: by commands, and in the configuration's `tags` (TARGETs by tag)."""

    given: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sources(self, container: Container) -> dict[str, tuple[TagSource, ...]]:
        """Given a container, return all its tags, each with all that gives it."""
        found: dict[str, tuple[TagSource, ...]] = {}
        given = self.given.get((container.host_id, container.identity), frozenset())
        by_source: tuple[tuple[TagSource, frozenset[str]], ...] = (
            ("user", given),
            ("declared", self._declared(container)),
            *_derived(container),
        )
        for source, tags in by_source:
            for tag in tags:
                found[tag] = (*found.get(tag, ()), source)
        return found

    def _declared(self, container: Container) -> frozenset[str]:
        return frozenset(
            tag for tag, targets in self.declared.items() if any(means(target, container) for target in targets)
        )

    def tagged(self, container: Container) -> Container:
        """Given a container as its engine shows it, return it with its user's tags."""
        given = self.given.get((container.host_id, container.identity), frozenset())
        declared = self._declared(container)
        return replace(container, user_tags=given | declared) if given or declared else container


NO_TAGS = TagBook()


def tag_book(given: Iterable[GivenTag], declared: Mapping[str, tuple[str, ...]]) -> TagBook:
    """Given the stored tags and the declared ones, return the book of both."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for tag in given:
        key = (tag.host_id, tag.identity)
        found[key] = found.get(key, frozenset()) | {tag.tag}
    return TagBook(found, declared)


def derived_tags(container: Container) -> frozenset[str]:
    """Given a container, return the tags it has by itself: compose project, swarm service, and the label's list."""
    return frozenset(tag for _source, tags in _derived(container) for tag in tags)


def _derived(container: Container) -> tuple[tuple[TagSource, frozenset[str]], ...]:
    found = []
    for source, label in _LABELS:
        text = container.labels.get(label, "")
        words = text.split(",") if source == "label" else [text]
        found.append((source, frozenset(word.strip() for word in words if word.strip())))
    return tuple(found)


def tags_of(container: Container) -> frozenset[str]:
    """Given a container, return all its tags."""
    return derived_tags(container) | container.user_tags
