"""`policy pattern`: what images are known for. The user's own patterns come before those that dockmon brings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dockmon_cli.core.container_settings import Word
from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.patterns import Category, check_glob
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.policy_defaults import patterns_in_force
from dockmon_cli.core.text import did_you_mean
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.store import PatternStore


@dataclass(frozen=True, slots=True)
class PatternDesk:
    """What the commands about patterns work with; `by` is who changes one."""

    store: PatternStore
    clock: Clock
    by: str

    def patterns(self) -> tuple[Pattern, ...]:
        """All there are, the user's own first, switched off ones too."""
        return patterns_in_force(self.store.patterns())

    def one(self, glob: str) -> Pattern:
        """The user's own pattern of this glob, else the default one. Raise NotFound where there is neither."""
        known = self.patterns()
        found = next((pattern for pattern in known if pattern.glob == glob), None)
        if found is None:
            hint = did_you_mean(glob, [pattern.glob for pattern in known]) or "see `dockmon policy pattern list`"
            raise NotFound(f"there is no pattern {glob}", hint, target=glob)
        return found


def add(desk: PatternDesk, glob: str, verdict: Word, category: Category) -> Pattern:
    """Keep a pattern of the user's own; it replaces the own one of the same glob. Raise UsageError."""
    check_glob(glob)
    pattern = Pattern(glob, verdict, category, own=True, by=desk.by, at=desk.clock.now())
    desk.store.save_pattern(pattern)
    return pattern


def remove(desk: PatternDesk, glob: str) -> Pattern:
    """Forget a pattern of the user's own. Raise NotFound, or UsageError for one that dockmon brings."""
    found = desk.one(glob)
    if not found.own:
        why = f"{glob} is one of dockmon's own patterns, which can't be removed"
        raise UsageError(why, f"to switch it off: dockmon policy pattern disable '{glob}'")
    desk.store.forget_pattern(glob)
    return found


def switch(desk: PatternDesk, glob: str, *, enabled: bool) -> Pattern:
    """Switch a pattern on or off. Raise NotFound."""
    found = replace(desk.one(glob), enabled=enabled, by=desk.by, at=desk.clock.now())
    desk.store.save_pattern(found)
    return found
