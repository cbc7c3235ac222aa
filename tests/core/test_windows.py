"""Windows: what may be written, when they are open, and what the change of the clocks does to them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.windows import DAYS, Span, Window, Windows, check_zone, parse_window

BERLIN = "Europe/Berlin"
EVERY_DAY = frozenset(range(7))
ZONES = (BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/Santiago")
NOWS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


def spans() -> st.SearchStrategy[Span]:
    """Spans of whole minutes."""
    return st.builds(
        lambda days, begin, length: Span(frozenset(days), begin, begin + length),
        st.sets(st.integers(0, 6), min_size=1),
        st.integers(0, 1439),
        st.integers(1, 1440),
    )


WINDOWS = st.builds(
    lambda found, zone: Window("", tuple(found), zone),
    st.lists(spans(), min_size=1, max_size=4),
    st.sampled_from(ZONES),
)


def at(text: str, zone: str = BERLIN) -> datetime:
    """A moment in the zone's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shown(moment: datetime, zone: str = BERLIN) -> str:
    """What the zone's clocks show at that moment."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %d.%m. %H:%M %z}"


def closes(window: Window, opened: datetime) -> datetime:
    """The first minute after `opened` at which it is no longer open."""
    minutes = (opened + timedelta(minutes=number) for number in range(1, 24 * 60))
    return next(minute for minute in minutes if not window.is_open(minute))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon-sat 02:00-05:00", [Span(frozenset(range(6)), 120, 300)]),
        ("02:00-05:00", [Span(EVERY_DAY, 120, 300)]),
        ("daily 2:00-5:00", [Span(EVERY_DAY, 120, 300)]),
        ("22:00-04:00", [Span(EVERY_DAY, 1320, 1680)]),
        ("20:00-24:00", [Span(EVERY_DAY, 1200, 1440)]),
        ("fri-mon 01:00-02:00", [Span(frozenset({4, 5, 6, 0}), 60, 120)]),
        ("Monday,WED 01:00-02:00", [Span(frozenset({0, 2}), 60, 120)]),
        ("mon wed 01:00-02:00", [Span(frozenset({0, 2}), 60, 120)]),
        ("weekends", [Span(frozenset({5, 6}), 0, 1440)]),
        ("sat, sun", [Span(frozenset({5, 6}), 0, 1440)]),
        ("weekdays 01:00-02:00", [Span(frozenset(range(5)), 60, 120)]),
        ("mon 01:00-02:00,03:00-04:00", [Span(frozenset({0}), 60, 120), Span(frozenset({0}), 180, 240)]),
        ("mon-fri 02:00-04:00, sat 02:00-10:00",
         [Span(frozenset(range(5)), 120, 240), Span(frozenset({5}), 120, 600)]),
        ("sun; mon 02:00-04:00", [Span(frozenset({6}), 0, 1440), Span(frozenset({0}), 120, 240)]),
    ],
)  # fmt: skip
def test_a_window_is_read_as_it_is_meant(text: str, expected: list[Span]) -> None:
    assert list(parse_window(text).spans) == expected


def test_the_zone_written_beats_the_one_given() -> None:
    assert parse_window("02:00-05:00", BERLIN).zone == BERLIN
    assert parse_window("02:00-05:00 UTC", BERLIN).zone == "UTC"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no day and no time; write it like mon-sat 02:00-05:00 Europe/Berlin"),
        ("UTC", "no day and no time"),
        (" ; ", "no day and no time"),
        ("mon-fri 02:00-25:00", "02:00-25:00 holds no time of day: they go from 00:00 to 24:00"),
        ("24:00-25:00", "from 00:00 to 23:59"),
        ("02:60-03:00", "02:60-03:00 holds no time of day"),
        ("02:00-02:00", "a whole day is 00:00-24:00"),
        ("mon-fry 02:00-03:00", "'mon-fry' is no day, no range of times and no time zone"),
        ("weekday 02:00-03:00", "did you mean weekdays?"),
        ("02:00-03:00 Europe/Berln", "did you mean Europe/Berlin?"),
        ("02:00-03:00 Europe", "'Europe' is no day"),
        ("02:00-03:00 ../etc/passwd", "'../etc/passwd' is no day"),
        ("02:00-03:00 UTC, sat Europe/Berlin", "names two time zones, UTC and Europe/Berlin"),
        ("0200-0500", "is no day"),
    ],
)
def test_what_is_no_window_is_refused_with_what_is_expected(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        parse_window(text)
    assert says in str(error.value)


def test_a_name_stands_for_its_window_and_a_misspelt_one_names_the_nearest() -> None:
    windows = Windows({"night": "mon-sat 02:00-05:00"}, BERLIN)
    assert windows.read("night") == parse_window("mon-sat 02:00-05:00", BERLIN)
    assert windows.read("daily 01:00-02:00 UTC").zone == "UTC"
    with pytest.raises(ValueError, match="did you mean night"):
        windows.read("nigth")


def test_zones_are_those_of_the_iana_database() -> None:
    assert check_zone(BERLIN) == BERLIN
    with pytest.raises(ValueError, match="'Europe/Berln' is no time zone; did you mean Europe/Berlin"):
        check_zone("Europe/Berln")


def test_its_end_is_not_part_of_it() -> None:
    window = parse_window("tue 02:00-05:00", BERLIN)
    moments = ("2026-11-24 01:59:59", "2026-11-24 02:00", "2026-11-24 04:59:59", "2026-11-24 05:00")
    assert [window.is_open(at(moment)) for moment in moments] == [False, True, True, False]


def test_it_opens_next_week_if_today_is_over() -> None:
    window = parse_window("tue 02:00-05:00", BERLIN)
    assert shown(window.next_open(at("2026-11-24 05:00"))) == "Tue 01.12. 02:00 +0100"
    assert shown(window.next_open(at("2026-11-24 03:00"))) == "Tue 24.11. 03:00 +0100"


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    window = parse_window("sat 22:00-04:00", BERLIN)
    assert window.is_open(at("2026-11-29 03:59"))
    assert not window.is_open(at("2026-11-28 03:59"))
    assert shown(closes(window, at("2026-11-28 23:00"))) == "Sun 29.11. 04:00 +0100"


def test_what_touches_closes_once() -> None:
    window = parse_window("daily 22:00-24:00, daily 00:00-03:00", BERLIN)
    assert shown(closes(window, at("2026-11-24 23:00"))) == "Wed 25.11. 03:00 +0100"


@pytest.mark.parametrize("now", ["2026-11-24 23:00", "2026-11-25 00:00", "2026-03-29 03:00", "2026-10-25 02:30"])
def test_whole_days_are_open_at_any_time(now: str) -> None:
    window = parse_window("daily", BERLIN)
    assert window.is_open(at(now))
    assert window.next_open(at(now)) == at(now).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("01:00-04:00", "Sun 29.03. 01:00 +0100", "Sun 29.03. 04:00 +0200"),
        ("02:30-04:00", "Sun 29.03. 03:00 +0200", "Sun 29.03. 04:00 +0200"),
        ("01:00-02:30", "Sun 29.03. 01:00 +0100", "Sun 29.03. 03:00 +0200"),
        ("02:15-02:45", "Mon 30.03. 02:15 +0200", "Mon 30.03. 02:45 +0200"),
    ],
)
def test_in_the_night_that_skips_an_hour_it_keeps_to_the_clocks(text: str, begins: str, ends: str) -> None:
    window = parse_window(text, BERLIN)
    opens = window.next_open(at("2026-03-29 00:30"))
    assert (shown(opens), shown(closes(window, opens))) == (begins, ends)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("01:00-04:00", "Sun 25.10. 01:00 +0200", "Sun 25.10. 04:00 +0100"),
        ("02:00-03:00", "Sun 25.10. 02:00 +0200", "Sun 25.10. 03:00 +0100"),
        ("02:15-02:45", "Sun 25.10. 02:15 +0200", "Sun 25.10. 02:45 +0200"),
    ],
)
def test_in_the_night_that_has_an_hour_twice_it_opens_once(text: str, begins: str, ends: str) -> None:
    window = parse_window(text, BERLIN)
    opens = window.next_open(at("2026-10-25 00:30"))
    closed = closes(window, opens)
    assert (shown(opens), shown(closed)) == (begins, ends)
    assert shown(window.next_open(closed)).startswith("Mon 26.10.")


@given(WINDOWS, NOWS, st.floats(0, 1, exclude_max=True))
def test_it_is_open_when_it_is_said_to_open_next_and_not_before(window: Window, now: datetime, part: float) -> None:
    opens = window.next_open(now)
    assert opens >= now
    assert window.is_open(opens)
    between = now + (opens - now) * part
    assert window.is_open(between) == (between >= opens)


@given(WINDOWS, NOWS)
def test_apart_from_the_days_on_which_clocks_change_it_is_open_when_they_show_its_times(
    window: Window, now: datetime
) -> None:
    zone = ZoneInfo(window.zone)
    offsets = {(now + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-72, 49, 6)}
    if len(offsets) > 1:
        return
    here = now.astimezone(zone)
    seconds = (here.hour * 60 + here.minute) * 60 + here.second + here.microsecond / 1e6
    day = here.weekday()
    model = any(
        (day in span.days and span.begin * 60 <= seconds < span.end * 60)
        or ((day - 1) % 7 in span.days and span.begin * 60 <= seconds + 86400 < span.end * 60)
        for span in window.spans
    )
    assert window.is_open(now) == model


@given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.integers(1, 1439), st.sampled_from(ZONES))
def test_what_is_written_is_read_back(days: set[int], begin: int, length: int, zone: str) -> None:
    end = begin + length
    clock = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (begin, end if end <= 1440 else end - 1440)]
    text = f"{','.join(DAYS[day] for day in days)} {'-'.join(clock)} {zone}"
    assert parse_window(text) == Window(text, (Span(frozenset(days), begin, end),), zone)
