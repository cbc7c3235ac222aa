"""Times of the week at which something may be done: `mon-sat 02:00-05:00 Europe/Berlin`.

A window is one or more groups of days and times, and at most one zone for all of them:

    mon-sat 02:00-05:00                         days, times; ranges of days may go over the weekend: fri-mon
    mon,wed 02:00-03:00 22:00-04:00             several of each; a time that ends before it starts ends the next day
    daily 01:00-24:00 · weekdays … · weekends … words for days; no days at all means daily
    sat, sun                                    days without times are whole days
    mon-fri 02:00-04:00, sat 02:00-10:00        several groups, after `,` or `;`

Times are those of the zone's clocks. A window begins at the first moment at which they show its begin or more, and ends
at the first at which they show its end or more: over the missing hour of spring it is shorter, over the doubled one of
autumn longer, and it opens once a day. Zones are those of the IANA database (RFC 6557).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dockmon_cli.core.text import did_you_mean, printable

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLE = "mon-sat 02:00-05:00 Europe/Berlin"

_EVERY_DAY = frozenset(range(7))
_DAY_SETS = {"daily": _EVERY_DAY, "weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}
_TIMES = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_WHOLE_DAY = 24 * 60
_HORIZON = timedelta(days=16)
"""Further than this nothing is looked for: each window opens at least every second week, whatever the clocks do."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which it begins (Monday is 0), and minutes from midnight; `end` over 1440 is the next day's."""

    days: frozenset[int]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """A parsed window. `text` is what was written, `zone` the name of the zone its times are meant in."""

    text: str
    spans: tuple[Span, ...]
    zone: str

    def is_open(self, now: datetime) -> bool:
        """Tell whether the aware time `now` lies in the window; its end does not."""
        return any(begin <= now < end for begin, end in self._openings(now))

    def next_open(self, now: datetime) -> datetime:
        """Return when it is open next, in UTC: `now` itself if it is open."""
        begin = min(begin for begin, end in self._openings(now) if now < end)
        return max(begin, now.astimezone(UTC))

    def local(self, moment: datetime) -> datetime:
        """Return the same moment as the zone's clocks show it."""
        return moment.astimezone(ZoneInfo(self.zone))

    def _openings(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From the day before yesterday to the horizon, when it opens and closes."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        # One whose times the clocks skip altogether does not open.
        return ((begin, end) for begin, end in self._each(today, zone) if begin < end)

    def _each(self, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        for number in range(-2, _HORIZON.days + 1):
            day = today + timedelta(days=number)
            for span in self.spans:
                if day.weekday() in span.days:
                    yield _moment(day, span.begin, zone), _moment(day, span.end, zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first moment at which the zone's clocks show that many minutes after the day's midnight, or more."""
    shown = datetime.combine(day, time()) + timedelta(minutes=minutes)
    after, before = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if after.astimezone(zone).replace(tzinfo=None) == shown:
        return after
    # The clocks skip that time, so they pass it when they change; the two folds enclose that moment (PEP 495).
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < shown:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that have a name, as they were written, and the zone of those that name none."""

    named: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"

    def read(self, text: str) -> Window:
        """Given a name or a window as written, return the window. Raise ValueError as `parse_window` does."""
        if text in self.named:
            return parse_window(self.named[text], self.zone)
        try:
            return parse_window(text, self.zone)
        except ValueError as error:
            meant = did_you_mean(text, self.named)
            names = "" if {" ", ":"} & set(text) else ", or a name of `windows` in the configuration"
            raise ValueError(f"{printable(text)!r} is no window; {meant}" if meant else f"{error}{names}") from error


NO_WINDOWS = Windows()
"""None has a name, and all are meant in UTC."""


def parse_window(text: str, zone: str = "UTC") -> Window:
    """Given a window as written, and the zone that holds where it names none, return it.

    Raise ValueError with a sentence that says what is wrong and what is expected.
    """
    groups, named = _groups(text)
    spans = tuple(span for days, times in groups for span in _spans(days, times))
    if not spans:
        raise ValueError(f"says no day and no time; write it like {EXAMPLE}")
    return Window(text.strip(), spans, named or zone)


def is_zone(name: str) -> bool:
    """Tell whether the IANA database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Also a folder of the database (`Europe`), and what would lead out of it (`../x`).
        return False
    return True


def check_zone(name: str) -> str:
    """Return the name of a zone. Raise ValueError with the nearest one there is."""
    if not is_zone(name):
        meant = did_you_mean(name, sorted(available_timezones())) or "write it like Europe/Berlin or UTC"
        raise ValueError(f"{printable(name)!r} is no time zone; {meant}")
    return name


_Group = tuple[set[int], list[tuple[int, int]]]


def _groups(text: str) -> tuple[list[_Group], str | None]:
    """Days and times by group, and the zone: days that come after times, or any word after `;`, begin a new group."""
    groups: list[_Group] = [(set(), [])]
    zone: str | None = None
    for word in re.findall(r";|[^\s,;]+", text):
        if word == ";":
            groups.append((set(), []))
            continue
        days, times = _days(word.lower()), _times(word)
        if days is None and times is None:
            zone = _only_zone(zone, word)
        elif days is not None:
            if groups[-1][1]:
                groups.append((set(), []))
            groups[-1][0].update(days)
        elif times is not None:
            groups[-1][1].append(times)
    return groups, zone


def _spans(days: set[int], times: list[tuple[int, int]]) -> Iterator[Span]:
    """Days without times are whole days, times without days are daily; neither is nothing."""
    for begin, end in times or ([(0, _WHOLE_DAY)] if days else []):
        yield Span(frozenset(days) or _EVERY_DAY, begin, end if end > begin else end + _WHOLE_DAY)


def _days(word: str) -> frozenset[int] | None:
    """The days that a word means, or None if it is no word for days."""
    if word in _DAY_SETS:
        return _DAY_SETS[word]
    first, _, last = word.partition("-")
    numbers = [_day(part) for part in (first, last or first)]
    if numbers[0] is None or numbers[1] is None:
        return None
    return frozenset((numbers[0] + step) % 7 for step in range((numbers[1] - numbers[0]) % 7 + 1))


def _day(word: str) -> int | None:
    return next((names.index(word) for names in (DAYS, LONG_DAYS) if word in names), None)


def _times(word: str) -> tuple[int, int] | None:
    """Minutes from midnight of begin and end, or None if the word is no range of times. Raise ValueError."""
    match = _TIMES.fullmatch(word)
    if match is None:
        return None
    begin, end = (_minutes(int(match[n]), int(match[n + 1]), word, most=most) for n, most in ((1, 1439), (3, 1440)))
    if begin == end:
        raise ValueError(f"{word} begins and ends at the same time; a whole day is 00:00-24:00")
    return begin, end


def _minutes(hours: int, minutes: int, word: str, *, most: int) -> int:
    total = hours * 60 + minutes
    if minutes > 59 or total > most:
        raise ValueError(f"{word} holds no time of day: they go from 00:00 to {most // 60:02}:{most % 60:02}")
    return total


def _only_zone(known: str | None, word: str) -> str:
    """The zone, when it is the only one. Raise ValueError for what is neither a zone nor days nor times."""
    if not is_zone(word):
        shown, meant = printable(word), did_you_mean(word, [*DAYS, *_DAY_SETS, *sorted(available_timezones())])
        expected = meant or f"write it like {EXAMPLE}"
        raise ValueError(f"{shown!r} is no day, no range of times and no time zone; {expected}")
    if known not in (None, word):
        raise ValueError(f"names two time zones, {known} and {word}; give windows of two zones two names")
    return word
