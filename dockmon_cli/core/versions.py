"""Version numbers, as far as telling how big a step between two of them is."""

from __future__ import annotations

import re
from itertools import zip_longest

from dockmon_cli.core.check_answer import Kind

# A version's text comes from an image's label: so many digits and no more.
_NUMBERS = re.compile(r"[vV]?(\d{1,18}(?:\.\d{1,18}){0,3})(?:[-+_].*|\.\D.*)?\Z", re.DOTALL)
_DAY = re.compile(r"[vV]?(?:19|20)\d\d([-.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"[vV]?(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?!\d)")
# 20240115, 240115, 20240115T0830, seconds since 1970, the number of a build, a commit that has no letters.
_STAMP = re.compile(r"[vV]?\d{6}")
_KINDS: tuple[Kind, ...] = ("major", "minor", "patch")


def numbers(version: str | None) -> tuple[int, ...] | None:
    """Given `1.2.3`, `v1.2`, `1.2.3-alpine`, return its numbers; None for a date and for what is no version."""
    text = version or ""
    match = None if is_date(text) else _NUMBERS.match(text)
    return tuple(int(part) for part in match[1].split(".")) if match else None


def is_date(text: str) -> bool:
    """Tell whether a text begins with a day, a year and month as in `2024-01`, or a first number of 6 digits or more.

    Such a number is a day or a time stamp written together, or counts builds: no version grows like that.
    """
    return any(pattern.match(text) for pattern in (_DAY, _MONTH, _STAMP))


def difference(old: str | None, new: str | None) -> Kind:
    """Given two versions, return the first number that differs: major, minor or patch; `digest` if none is seen to.

    Numbers that one of them does not have are 0; everything after the second number is patch.
    """
    before, after = numbers(old), numbers(new)
    return "digest" if before is None or after is None else step(before, after)


def is_older(version: str | None, than: str | None) -> bool:
    """True if the numbers that both versions have show that the first comes before the other."""
    first, other = numbers(version), numbers(than)
    differing = (pair for pair in zip(first or (), other or (), strict=False) if pair[0] != pair[1])
    return next((a < b for a, b in differing), False)


def step(before: tuple[int, ...], after: tuple[int, ...]) -> Kind:
    """The same for numbers."""
    pairs = enumerate(zip_longest(before, after, fillvalue=0))
    place = next((place for place, (a, b) in pairs if a != b), None)
    return "digest" if place is None else _KINDS[min(place, len(_KINDS) - 1)]
