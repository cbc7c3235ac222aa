"""How the values of settings are read from text and told again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dockmon_cli.core.text import LONGEST_S, did_you_mean, duration_text, parse_duration, printable

_LONGEST_SHOWN = 40
_SWITCH = {"on": True, "true": True, "off": False, "false": False}


def shown_text(text: str) -> str:
    """Given what a label holds, return it bounded and on one line."""
    return printable(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def read_switch(text: str) -> bool:
    """Given on, off, true or false, return the switch. Raise ValueError."""
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError as error:
        raise ValueError("takes on or off") from error


def show_switch(value: bool) -> str:
    """Return on or off."""
    return "on" if value else "off"


def one_of(*words: str) -> Callable[[str], str]:
    """Return the reader of a setting that takes one of these words."""

    def read(text: str) -> str:
        word = text.strip().lower()
        if word not in words:
            meant = did_you_mean(shown_text(word), words)
            raise ValueError(f"takes {', '.join(words[:-1])} or {words[-1]}{meant and ', ' + meant}")
        return word

    return read


def read_duration(text: str) -> float:
    """Given a duration, return seconds. Raise ValueError."""
    try:
        return parse_duration(text.strip())
    except ValueError as error:
        raise ValueError(f"takes a duration such as 30s, 5m, 2h or 3d, up to {duration_text(LONGEST_S)}") from error


def read_list(text: str) -> tuple[str, ...]:
    """Given words with commas between them, return them; none where there is nothing."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_text(text: str) -> str | None:
    """Given a text, return it without the space around it; None where nothing is left."""
    return text.strip() or None


def show_text(value: Any) -> str:
    """Return a text, or a dash where there is none."""
    return "-" if value is None else str(value)


def show_list(value: tuple[str, ...]) -> str:
    """Return the words with commas between them, or a dash where there are none."""
    return ",".join(value) or "-"


def show_duration(value: float) -> str:
    """Return seconds as the shortest duration."""
    return duration_text(value)
