"""`--filter KEY=GLOB`: values of one key add up, different keys all have to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from dockmon_cli.core.check_answer import FINDINGS
from dockmon_cli.core.containers import COMPOSE_PROJECT, Container
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.text import did_you_mean

UpdateStates = Mapping[tuple[str, str], str]
"""The state of the stored answer for each (host_id, identity); no entry is unknown."""

UPDATE_WORDS = ("available", "none", "unknown")
PASSING_FILTERS = ("status", "health", "update")
"""What a container is at a moment: a standing rule by it would come and go."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters by key, each with the globs given for it. False if there are none."""

    by_key: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_key)

    def values(self, key: str) -> tuple[str, ...]:
        """The globs given for a key."""
        return self.by_key.get(key, ())

    def hold(self, container: Container, update_states: UpdateStates) -> bool:
        """Tell whether every key has a glob that fits the container."""
        return all(
            any(_TESTS[key](container, glob, update_states) for glob in globs) for key, globs in self.by_key.items()
        )


def parse_filters(texts: Iterable[str]) -> Filters:
    """Given texts `KEY=GLOB`, return the filters. Raise UsageError for an unknown key or a value without meaning."""
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        key, glob = parse_filter(text)
        found[key] = (*found.get(key, ()), glob)
    return Filters(found)


def parse_filter(text: str) -> tuple[str, str]:
    """Given one text `KEY=GLOB`, return both. Raise UsageError for an unknown key or a value without meaning."""
    key, equals, glob = text.partition("=")
    if key not in _TESTS:
        hint = f"{did_you_mean(key, _TESTS)} keys: {', '.join(_TESTS)}".strip()
        raise UsageError(f"unknown filter key {key!r}", hint)
    if not equals or not glob:
        raise UsageError(f"the filter {text!r} has no value", f"write {key}=GLOB, quoted against the shell")
    if key == "update" and glob not in UPDATE_WORDS:
        raise UsageError(f"{glob!r} is no update state to filter by", f"one of: {', '.join(UPDATE_WORDS)}")
    return key, glob


def _label(container: Container, wanted: str, _states: UpdateStates) -> bool:
    key, equals, glob = wanted.partition("=")
    value = container.labels.get(key)
    return value is not None and (not equals or fnmatchcase(value, glob))


def _update(container: Container, word: str, states: UpdateStates) -> bool:
    state = states.get((container.host_id, container.identity), "unknown")
    if state in FINDINGS:
        return word == "available"
    return word == ("unknown" if state == "unknown" else "none")


def _glob(read: Callable[[Container], str]) -> Callable[[Container, str, UpdateStates], bool]:
    return lambda container, glob, _states: fnmatchcase(read(container), glob)


_TESTS: dict[str, Callable[[Container, str, UpdateStates], bool]] = {
    "status": _glob(lambda container: container.status),
    "health": _glob(lambda container: container.health or "none"),
    "label": _label,
    "project": _glob(lambda container: container.labels.get(COMPOSE_PROJECT, "")),
    "image": _glob(lambda container: container.image),
    "name": _glob(lambda container: container.name),
    "update": _update,
}
