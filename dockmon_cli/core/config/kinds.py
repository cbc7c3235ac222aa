"""What a key may hold: one value of `Kind` for each sort of value, told apart by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from dockmon_cli.core.container_settings.values import read_switch, show_switch
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.filters import PASSING_FILTERS, parse_filter
from dockmon_cli.core.host_url import parse_host_url
from dockmon_cli.core.text import LONGEST_S, did_you_mean, duration_text, parse_duration, printable
from dockmon_cli.core.windows import check_zone, parse_window

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of value: its words for the reference, a TOML example, and how a value is read.

    `read` takes what TOML holds and returns the value used inside; `parse` turns the text of an environment
    variable into what TOML would hold; `show` turns the value used inside into text for people. The first two
    raise ValueError with a sentence that continues the key's name. A value that `is_path` is completed by its place.
    """

    words: str
    example: str
    read: Callable[[Any], Any]
    parse: Callable[[str], Any] = str
    show: Callable[[Any], str] = str
    is_path: bool = False


def _shown(value: Any) -> str:
    return {"str": "a text", "bool": "true or false", "int": "a number", "float": "a fraction", "list": "a list",
            "dict": "a table"}.get(type(value).__name__, "a date or time")  # fmt: skip


def _expect(value: Any, cls: type, words: str) -> Any:
    # TOML's booleans are Python's, and these are integers too.
    if not isinstance(value, cls) or (isinstance(value, bool) and cls is not bool):
        raise ValueError(f"must be {words}, not {_shown(value)}")
    return value


def _text(value: Any) -> str:
    text: str = _expect(value, str, "a text")
    if not text:
        raise ValueError("is empty")
    return text


def _texts(value: Any) -> tuple[str, ...]:
    words = 'a list of texts such as ["a", "b"]'
    return tuple(_expect(word, str, words) for word in _expect(value, list, words))


def _filters(value: Any) -> tuple[str, ...]:
    texts = _texts(value)
    for text in texts:
        _told(parse_filter, text)
        key = text.partition("=")[0]
        if key in PASSING_FILTERS:
            raise ValueError(f"can't hold {key}: that changes from moment to moment, and a rule lasts")
    return texts


def _url(value: Any) -> str:
    url = _text(value)
    _told(parse_host_url, url)
    return url


def _told(check: Callable[[str], Any], text: str) -> None:
    """Refuse what the command line would refuse too. A URL is not repeated: there may be a password in it."""
    try:
        check(text)
    except UsageError as error:
        raise ValueError(f"is refused: {error.message} ({error.hint})") from error


def _count_from(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number: int = _expect(value, int, "a whole number")
        if number < least:
            raise ValueError(f"must be {least} or more, not {number}")
        return number

    return read


def _count_from_text(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"must be a whole number, not {printable(text)!r}") from error


def _duration(value: Any) -> float:
    words = f"a duration such as 30s, 5m, 2h or 3d, up to {duration_text(LONGEST_S)}"
    try:
        return parse_duration(_expect(value, str, words))
    except ValueError as error:
        raise ValueError(f"must be {words}, not {printable(repr(value))}") from error


def _switch(value: Any) -> bool:
    try:
        return value if isinstance(value, bool) else read_switch(_expect(value, str, "on or off"))
    except ValueError as error:
        raise ValueError(f"must be on or off, not {printable(repr(value))}") from error


def _zone(value: Any) -> str:
    return _refused(check_zone, _text(value))


def _window(value: Any) -> str:
    text = _text(value)
    _refused(parse_window, text)
    return text


def _refused(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"is refused: {error}") from error


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def choice(*words: str) -> Kind:
    """Return the kind of a key that takes one of these words."""

    def read(value: Any) -> str:
        text: str = _expect(value, str, f"one of {', '.join(words)}")
        if text not in words:
            meant = did_you_mean(text, words)
            raise ValueError(f"must be one of {', '.join(words)}, not {printable(text)!r}{meant and ', ' + meant}")
        return text

    return Kind(" or ".join(words), f'"{words[0]}"', read)


TEXT = Kind("text", '"…"', _text)
ZONE = Kind("time zone of the IANA database", '"Europe/Berlin"', _zone)
WINDOW = Kind("days, times and zone", '"mon-sat 02:00-05:00"', _window)
PATH = Kind("path; `~` is your home, a relative one starts at the file's folder", '"/path"', _text, is_path=True)
URL = Kind("URL", '"tcp://10.0.0.5:2376"', _url)
TEXTS = Kind("list of texts", '["…"]', _texts, _listed, ",".join)
FILTERS = Kind("list of filters `KEY=GLOB`", '["project=media"]', _filters, _listed, ",".join)
COUNT = Kind("whole number, 1 or more", "1", _count_from(1), _count_from_text)
COUNT_OR_NONE = Kind("whole number, 0 or more", "0", _count_from(0), _count_from_text)
SWITCH = Kind("on or off (true or false)", '"on"', _switch, str, show_switch)
DURATION = Kind("duration: `30s`, `5m`, `2h`, `3d`", '"30s"', _duration, str, duration_text)
