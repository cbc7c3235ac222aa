"""May this container be updated? One resolver answers for every path: by hand, in a batch, automatic.

Four levels are asked, the strongest first; the first that says something wins, however strict the others are:

1. label      what the container itself carries, apart from what its image brought along
2. container  rules for it: by exact target, else by tag, else by host, else by filter; a tie goes to the stricter
3. pattern    what its image or name is known for: own patterns, else the default ones and the image's own label; a tie
              goes to the stricter
4. default    allow
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dockmon_cli.core.container_settings import POLICY, RULE_SCOPES, WORDS, Rule, Word, by_label, in_words
from dockmon_cli.core.container_settings.values import shown_text
from dockmon_cli.core.containers import Container
from dockmon_cli.core.patterns import Category, match
from dockmon_cli.core.reference import InvalidReference, Reference, looks_like_image_id

__all__ = ["LABELS", "WORDS", "Level", "Pattern", "Subject", "Verdict", "Word", "resolve", "strictness", "subject_of"]

LevelName = Literal["label", "container", "pattern", "default"]
LABELS = POLICY.labels
INVALID_LABEL: Word = POLICY.safe


def strictness(word: Word) -> int:
    """Given a verdict's word, return its rank: the higher, the stricter."""
    return WORDS.index(word)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about: a container and the image it was created from.

    `reference` is None where the image has no name, only an ID.
    """

    container: Container
    reference: Reference | None = None


def subject_of(container: Container) -> Subject:
    """Given a container of the engine's list, return the subject; its image is what the list shows.

    A row that shows an ID because its tag moved has to be given the name that inspect knows first.
    """
    if looks_like_image_id(container.image, container.image_id):
        return Subject(container)
    try:
        return Subject(container, Reference.parse(container.image))
    except InvalidReference:
        return Subject(container)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is known of images, or of container names with `name:` before the glob; `own` ones the user added.

    `by` and `at` tell who added it or switched it off or on, and when; a default one as it came has neither.
    """

    glob: str
    verdict: Word
    category: Category = "custom"
    own: bool = False
    enabled: bool = True
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What one level says; `verdict` is None where it says nothing.

    `source` tells who said so: the label, where the rule stands, or whose the pattern is. `why` tells in words
    why this level wins or loses.
    """

    level: LevelName
    source: str | None = None
    verdict: Word | None = None
    pattern: str | None = None
    category: Category | None = None
    wins: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision and all four levels, the strongest first; exactly one of them wins."""

    verdict: Word
    levels: tuple[Level, ...]

    @property
    def winner(self) -> Level:
        """The level that decided."""
        return next(level for level in self.levels if level.wins)


def resolve(subject: Subject, rules: Sequence[Rule] = (), patterns: Sequence[Pattern] = ()) -> Verdict:
    """Given a container, the rules and the patterns in force, return the verdict with what each level says."""
    levels = (
        _label_level(subject),
        _container_level(subject, rules),
        _pattern_level(subject, [pattern for pattern in patterns if pattern.enabled]),
        Level("default", "default", "allow"),
    )
    number, verdict = next((n, level.verdict) for n, level in enumerate(levels, start=1) if level.verdict is not None)
    return Verdict(verdict, tuple(_judged(level, n, number) for n, level in enumerate(levels, start=1)))


def _judged(level: Level, number: int, winner: int) -> Level:
    """Put before a level's own words whether it wins or, if it says anything at all, to which number it loses."""
    if level.verdict is None:
        return level
    wins = number == winner
    outcome = "wins" if wins else f"loses to {winner}"
    return replace(level, wins=wins, why=f"{outcome}: {level.why}" if level.why else outcome)


def _label_level(subject: Subject) -> Level:
    labels = subject.container.labels
    found = [(key, labels[key]) for key in LABELS if key in labels and key not in subject.container.image_labels]
    if not found:
        return Level("label", why=f"no label {LABELS[0]}")
    key, value = max(found, key=lambda item: strictness(_word(item[1]) or INVALID_LABEL))
    notes = [_invalid(key, value)] if _word(value) is None else []
    notes += [f"stricter than {other}={shown_text(text)}" for other, text in found if other != key]
    return Level("label", key, _word(value) or INVALID_LABEL, why="; ".join(notes))


def _word(text: str) -> Word | None:
    """The verdict that a label's value means, or None for a value without meaning."""
    return next((word for word in WORDS if word == text.strip().lower()), None)


def _invalid(key: str, value: str) -> str:
    said = f"{shown_text(value)} is no verdict" if value.strip() else "the label is empty"
    return f"{said}, so it counts as {INVALID_LABEL}; {key} takes allow, warn, block or ignore"


def _container_level(subject: Subject, rules: Sequence[Rule]) -> Level:
    scopes = [(rule, rule.scope(subject.container)) for rule in rules if rule.setting == POLICY.name]
    found = [(rule, scope) for rule, scope in scopes if scope is not None]
    if not found:
        return Level("container", why="no rule covers it")
    best, scope = max(found, key=lambda item: (RULE_SCOPES.index(item[1]), strictness(item[0].value)))
    notes = [f"rule {best.name} by {scope}" if best.name else f"by {scope}{_selection(best)}"]
    notes += [
        f"overrules {rule.source} ({rule.value} by {by}{_selection(rule)})" for rule, by in found if rule is not best
    ]
    return Level("container", best.source, best.value, why="; ".join(notes))


def _selection(rule: Rule) -> str:
    """A standing rule in the words it was set with: several may be by the same person on the same day."""
    return "" if rule.is_declared or rule.exact else f", {in_words(rule.selector)}"


def _pattern_level(subject: Subject, patterns: Sequence[Pattern]) -> Level:
    found = [(pattern, words) for pattern in patterns if (words := matched(pattern, subject))]
    label = by_label(POLICY, subject.container, of_image=True)
    if label and all(not each.own and strictness(each.verdict) < strictness(label.value) for each, _words in found):
        notes = [label.note, *(f"overrules {pattern.glob} ({pattern.verdict})" for pattern, _words in found)]
        return Level("pattern", label.origin, label.value, why="; ".join(filter(None, notes)))
    if not found:
        image = subject.reference.name if subject.reference else "an image without a name"
        return Level("pattern", why=f"no pattern matches {image}")
    best, words = max(found, key=lambda item: (item[0].own, strictness(item[0].verdict)))
    notes = [f"matched {words}"]
    notes += [f"overrules {other.glob} ({other.verdict})" for other, _ in found if other is not best]
    source = "own pattern" if best.own else "default pattern"
    return Level("pattern", source, best.verdict, best.glob, best.category, why="; ".join(notes))


def matched(pattern: Pattern, subject: Subject) -> str | None:
    """Given a pattern and a subject, return in words what matched, or None."""
    return match(pattern.glob, subject.container.name, subject.reference)


def is_in(category: Category, subject: Subject, patterns: Sequence[Pattern]) -> bool:
    """Tell whether a pattern of this category matches, whatever verdict wins."""
    return any(each.enabled and each.category == category and matched(each, subject) for each in patterns)
