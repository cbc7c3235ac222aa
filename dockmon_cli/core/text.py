"""Words for people: safe text, durations, ages, and the nearest known word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

# Beside C0, DEL and C1 the characters that turn the order of what follows round (Unicode's bidirectional controls).
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *_BIDI])
_SPACES = {**_CONTROLS, ord("\n"): " ", ord("\t"): " "}
_LINES = {**_CONTROLS, ord("\n"): "\n", ord("\t"): " "}

LONGEST_S = 36500 * 86400.0
"""100 years: a longer duration is refused, for no calendar ends much later."""
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def printable(text: str) -> str:
    """Given text from anywhere, return it on one line without control characters (C0, DEL, C1, bidirectional)."""
    return text.translate(_SPACES)


def printable_lines(text: str) -> str:
    """Given text of several lines from anywhere, return it with its line breaks and no other control character."""
    return text.translate(_LINES)


def parse_duration(text: str, *, bare: bool = False) -> float:
    """Given `500ms`, `30s`, `5m`, `2h`, `3d` or a sum such as `1h30m`, return seconds.

    With `bare` a number alone counts as seconds. Raise ValueError with a sentence about what is expected.
    """
    whole = f"{text}s" if bare and _NUMBER.fullmatch(text) else text
    parts = _PART.findall(whole)
    if not parts or "".join(number + unit for number, unit in parts) != whole:
        raise ValueError(f"{printable(text)!r} is no duration: write it like 30s, 5m, 2h or 3d")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > LONGEST_S:
        raise ValueError(f"{printable(text[:40])!r} is too long: no duration may be over {duration_text(LONGEST_S)}")
    return seconds


def duration_text(seconds: float) -> str:
    """Given seconds, return the shortest text that `parse_duration` reads back as the same number."""
    for unit in ("d", "h", "m", "s"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds / _UNITS[unit]:.0f}{unit}"
    return f"{seconds:g}s"


def age(seconds: float) -> str:
    """Given how long ago something was, return it in its largest unit, rounded down: `59s`, `3m`, `23h`, `41d`."""
    seconds = max(0.0, seconds)
    unit = next((unit for unit in ("d", "h", "m") if seconds >= _UNITS[unit]), "s")
    return f"{int(seconds // _UNITS[unit])}{unit}"


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.65) -> str | None:
    """Given a word that is not known, return the known one it resembles most.

    None where none has `likeness`, from 0 (nothing in common) to 1 (the same).
    """
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=likeness)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean KNOWN?` for an unknown word, or nothing where no known word comes close."""
    match = nearest(word, known)
    return f"did you mean {match}?" if match else ""
