"""What users set: rules, patterns, tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.tables import PatternRow, RuleRow, TagRow
from dockmon_cli.core.container_settings import BY_NAME, Rule, read_back
from dockmon_cli.core.patterns import CATEGORIES
from dockmon_cli.core.policy import WORDS, Pattern
from dockmon_cli.core.tags import GivenTag

_NOBODY = ("", "")


def _told(at: datetime | None) -> datetime:
    """What is stored has a moment; only declared rules and the default patterns have none."""
    if at is None:
        raise ValueError("what has no moment can't be stored")
    return at


class SqlRules:
    """Implements `ports.store.RuleStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rules(self) -> list[Rule]:
        """All of them, oldest first."""
        query = select(RuleRow).order_by(col(RuleRow.at), col(RuleRow.setting))
        with self._database.reading() as session:
            return [_rule(row) for row in session.exec(query)]

    def save_rules(self, rules: Sequence[Rule]) -> None:
        """Keep these, all or none; each replaces what was set before for the same thing and setting."""
        with self._database.writing() as session:
            for rule in rules:
                host_id, identity, selector, setting = _key(rule)
                session.merge(
                    RuleRow(
                        host_id=host_id, identity=identity, selector=selector, setting=setting, value=rule.value,
                        reason=rule.reason, by=rule.by, at=_told(rule.at),
                    )
                )  # fmt: skip

    def forget_rules(self, rules: Sequence[Rule]) -> None:
        """Forget what is set for the same things and settings."""
        with self._database.writing() as session:
            for rule in rules:
                row = session.get(RuleRow, _key(rule))
                if row is not None:
                    session.delete(row)


def _key(rule: Rule) -> tuple[str, str, str, str]:
    exact, selector = rule.place
    return (*(exact or _NOBODY), selector, rule.setting)


def _rule(row: RuleRow) -> Rule:
    setting = BY_NAME.get(row.setting)
    return Rule(
        setting=row.setting,
        value=row.value if setting is None else setting.stored(row.value),
        selector=read_back(row.selector),
        exact=(row.host_id, row.identity) if row.host_id else None,
        by=row.by,
        at=row.at,
        reason=row.reason,
    )


class SqlPatterns:
    """Implements `ports.store.PatternStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def patterns(self) -> list[Pattern]:
        """All of them, by glob."""
        with self._database.reading() as session:
            rows = session.exec(select(PatternRow).order_by(col(PatternRow.glob), col(PatternRow.own)))
            return [_pattern(row) for row in rows]

    def save_pattern(self, pattern: Pattern) -> None:
        """Keep it; it replaces the one with the same glob and `own`."""
        with self._database.writing() as session:
            session.merge(
                PatternRow(
                    glob=pattern.glob, own=pattern.own, verdict=pattern.verdict, category=pattern.category,
                    enabled=pattern.enabled, by=pattern.by, at=_told(pattern.at),
                )
            )  # fmt: skip

    def forget_pattern(self, glob: str) -> None:
        """Forget the user's own one of this glob."""
        with self._database.writing() as session:
            row = session.get(PatternRow, (glob, True))
            if row is not None:
                session.delete(row)


def _pattern(row: PatternRow) -> Pattern:
    verdict = next((word for word in WORDS if word == row.verdict), None)
    category = next((word for word in CATEGORIES if word == row.category), None)
    if verdict is None or category is None:
        raise ValueError(f"the pattern {row.glob} has no known verdict or category")
    return Pattern(row.glob, verdict, category, own=row.own, enabled=row.enabled, by=row.by, at=row.at)


class SqlTags:
    """Implements `ports.store.TagStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tags(self) -> list[GivenTag]:
        """All of them, by tag, host_id and identity."""
        query = select(TagRow).order_by(col(TagRow.tag), col(TagRow.host_id), col(TagRow.identity))
        with self._database.reading() as session:
            return [GivenTag(row.host_id, row.identity, row.tag, row.by, row.at) for row in session.exec(query)]

    def save_tags(self, tags: Sequence[GivenTag]) -> None:
        """Keep these, all or none; one that is given already stays as it is."""
        with self._database.writing() as session:
            for tag in tags:
                if session.get(TagRow, (tag.host_id, tag.identity, tag.tag)) is None:
                    session.add(TagRow(host_id=tag.host_id, identity=tag.identity, tag=tag.tag, by=tag.by, at=tag.at))

    def forget_tags(self, tags: Sequence[GivenTag]) -> None:
        """Take these tags from these containers."""
        with self._database.writing() as session:
            for tag in tags:
                row = session.get(TagRow, (tag.host_id, tag.identity, tag.tag))
                if row is not None:
                    session.delete(row)
