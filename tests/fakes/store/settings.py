"""Rules, patterns and tags in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dockmon_cli.core.container_settings import Rule, read_back, written
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import GivenTag
from tests.fakes.store.rows import Key


class MemoryRules:
    """Implements `ports.store.RuleStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Key | None, str, str], Rule] = {}

    def rules(self) -> list[Rule]:
        return sorted(self.rows.values(), key=lambda rule: (rule.at, rule.setting))

    def save_rules(self, rules: Sequence[Rule]) -> None:
        self.rows.update({self._place(rule): replace(rule, selector=self._kept(rule)) for rule in rules})

    def forget_rules(self, rules: Sequence[Rule]) -> None:
        for rule in rules:
            self.rows.pop(self._place(rule), None)

    def change_selectors(self, change: Callable[[Selector], Selector | None]) -> None:
        """Replace the selections of standing rules; what has none left is forgotten."""
        rows = [(rule, rule.selector if rule.exact else change(rule.selector)) for rule in self.rules()]
        self.rows.clear()
        rows.sort(key=lambda row: row[0].selector != row[1])  # what is changed takes the place of what was there
        self.save_rules([replace(rule, selector=left) for rule, left in rows if left is not None])

    @staticmethod
    def _kept(rule: Rule) -> Selector:
        return Selector() if rule.exact else read_back(written(rule.selector))

    def _place(self, rule: Rule) -> tuple[Key | None, str, str]:
        return (rule.exact, written(self._kept(rule)), rule.setting)


class MemoryPatterns:
    """Implements `ports.store.PatternStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, bool], Pattern] = {}

    def patterns(self) -> list[Pattern]:
        return [self.rows[place] for place in sorted(self.rows)]

    def save_pattern(self, pattern: Pattern) -> None:
        self.rows[pattern.glob, pattern.own] = pattern

    def forget_pattern(self, glob: str) -> None:
        self.rows.pop((glob, True), None)


class MemoryTags:
    """Implements `ports.store.TagStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], GivenTag] = {}

    def tags(self) -> list[GivenTag]:
        return [self.rows[place] for place in sorted(self.rows)]

    def save_tags(self, tags: Sequence[GivenTag]) -> None:
        for tag in tags:
            self.rows.setdefault((tag.tag, tag.host_id, tag.identity), tag)

    def forget_tags(self, tags: Sequence[GivenTag]) -> None:
        for tag in tags:
            self.rows.pop((tag.tag, tag.host_id, tag.identity), None)
