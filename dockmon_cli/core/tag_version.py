"""A tag as a version: numbers that can be compared, and the shape around them that a newer one must share.

Real tags are `16`, `v3.1`, `29-fpm-alpine`, `3.1.0-rc2-alpine`, `17beta1`, `4.0.10.2544-ls123`, `2024.1.3`. Dates,
time stamps, build IDs and commits count something else than versions, so they are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dockmon_cli.core.versions import is_date

_TAG = re.compile(
    r"(?P<prefix>(?:[A-Za-z][A-Za-z0-9]*[-_])?[vV]?)"
    r"(?P<numbers>\d{1,18}+(?:\.\d{1,18}+){0,3}+)"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_PRE_RELEASE = re.compile(
    r"(?:^|[-_.])(?P<word>alpha|beta|rc|preview|milestone|snapshot|(?:dev|nightly|canary|pre|ea|a|b|m)(?=[-_.]?\d))"
    r"[-_.]?(?P<number>\d{0,18})(?=[-_.]|\Z)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:[-_].*|\.[A-Za-z].*)?", re.DOTALL)
# A number right behind the version counts its builds, and so do these words; any other number (`-debian-12`,
# `-alpine3.19`, `-php8.2`) is part of the name of what is chosen.
_BUILD = re.compile(r"(^[-_]|[-_](?:ls|rev|r|build[-_.]?))(\d{1,18})(?=[-_]|\Z)")
_COMMIT = re.compile(r"(?<=[-_])g?(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?=[-_]|\Z)")
# What comes before a release, the earliest first; words of one stage are told apart by their numbers alone.
_STAGES = (
    ("snapshot", "nightly", "canary", "dev"),
    ("alpha", "a"),
    ("beta", "b"),
    ("milestone", "m", "ea", "pre", "preview"),
    ("rc",),
)
_STAGE_OF = {word: stage for stage, words in enumerate(_STAGES) for word in words}
_YEARS = range(1990, 2100)
_CALENDAR = re.compile(r"(?:19|20)\d\d\.(\d{1,2})\.(\d{1,2})\Z")


@dataclass(frozen=True, slots=True)
class TagVersion:
    """A tag taken apart.

    `prefix` and `suffix` are the shape, in the suffix `#` for a number that counts builds and `@` for a commit.
    `pre_release` is (stage, number) of one, None for a release; `builds` are the numbers that count builds.
    """

    prefix: str
    numbers: tuple[int, ...]
    suffix: str = ""
    pre_release: tuple[int, int] | None = None
    builds: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[str, int, bool, str]:
        """What a newer tag must have in common: prefix, how many numbers, whether they begin with a year, suffix.

        A project that counted by years once and does no more would else lead from `1.2.3` back to `2019.1.0`.
        """
        return self.prefix, len(self.numbers), self.numbers[0] in _YEARS, self.suffix

    @property
    def order(self) -> tuple[tuple[int, ...], bool, tuple[int, int], tuple[int, ...]]:
        """What tags of one shape are ordered by: a pre-release comes before its release."""
        return self.numbers, self.pre_release is None, self.pre_release or (0, 0), self.builds


def parse(tag: str, *, by_calendar: bool = False) -> TagVersion | None:
    """Given a tag, return it as a version, or None for a date and for whatever else is none.

    With `by_calendar` a tag such as `2021.12.10` is the tenth release of that month, not a day.
    """
    match = _TAG.fullmatch(tag)
    if match is None or not _counts_versions(match, by_calendar):
        return None
    stage, rest = _without_stage(match["rest"])
    if _SUFFIX.fullmatch(rest) is None:
        return None
    numbers = tuple(int(number) for number in match["numbers"].split("."))
    builds = tuple(int(number) for _, number in _BUILD.findall(rest))
    suffix = _COMMIT.sub("@", _BUILD.sub(r"\1#", rest))
    return TagVersion(match["prefix"], numbers, suffix, stage, builds)


def numbered_by_calendar(tags: Iterable[str]) -> bool:
    """Given a repository's tags, tell whether its versions are YEAR.MONTH.NUMBER: a date would be padded with zeros.

    Home Assistant's `2021.12.10` looks like a day, and `2021.12.9` beside it shows that it is none.
    """
    found = (_CALENDAR.match(tag) for tag in tags)
    return any(len(part) == 1 for match in found if match for part in match.groups())


def may_be_by_calendar(tag: str) -> bool:
    """Tell whether only the other tags of its repository can show if this one is a version."""
    return _CALENDAR.match(tag) is not None


def _counts_versions(match: re.Match[str], by_calendar: bool) -> bool:
    """A word before it (`jdk-17.0.2`) takes more than one number: `sha-1234567` and `pr-12` are no versions."""
    numbers, has_word = match["numbers"], len(match["prefix"]) > 1
    if has_word and "." not in numbers:
        return False
    return not is_date(numbers + match["rest"]) or (by_calendar and _CALENDAR.match(numbers) is not None)


def _without_stage(rest: str) -> tuple[tuple[int, int] | None, str]:
    """What follows the numbers: the stage that it names, if any, and the rest of it."""
    match = _PRE_RELEASE.search(rest)
    if match is None:
        return None, rest
    stage = _STAGE_OF[match["word"].lower()]
    return (stage, int(match["number"] or 0)), rest[: match.start()] + rest[match.end() :]
