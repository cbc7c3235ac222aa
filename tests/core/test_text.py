"""Words for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.text import (
    age,
    did_you_mean,
    duration_text,
    nearest,
    parse_duration,
    printable,
    printable_lines,
)


@pytest.mark.parametrize(
    ("text", "seconds"), [("500ms", 0.5), ("30s", 30), ("5m", 300), ("2h", 7200), ("3d", 259_200), ("1h30m", 5400)]
)
def test_a_duration_is_read_in_its_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "s", "5 s", "-5s", "5x", "5s!", "1h 30m", "5S"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="like 30s, 5m, 2h or 3d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["36501d", "5000000d", "9" * 400 + "s", "9" * 400])
def test_what_is_longer_than_any_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration may be over 36500d"):
        parse_duration(text, bare=True)


def test_a_bare_number_is_seconds_only_where_that_is_asked_for() -> None:
    assert parse_duration("2.5", bare=True) == 2.5


@given(st.integers(min_value=0, max_value=10**9))
def test_a_duration_written_is_read_back_the_same(seconds: int) -> None:
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_399, "23h"), (41 * 86_400, "41d")],
)
def test_an_age_is_shown_in_its_largest_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text


@given(st.text())
def test_printable_text_has_one_line_and_no_control_character(text: str) -> None:
    shown = printable(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown)


def test_terminal_escapes_lose_what_makes_them_act() -> None:
    assert printable("a\x1b[31mred\x9b0m\x07b\n c") == "a[31mred0mb  c"
    assert printable_lines("one\x1b[2J\ntwo\r") == "one[2J\ntwo"


def test_the_nearest_word_is_found_and_a_far_one_is_not() -> None:
    assert nearest("udpate", ["update", "policy"]) == "update"
    assert nearest("xyz", ["update", "policy"]) is None
    assert did_you_mean("polcy", ["update", "policy"]) == "did you mean policy?"
    assert did_you_mean("xyz", ["update", "policy"]) == ""


def test_nothing_turns_the_order_of_a_line_round() -> None:
    assert printable("a\u202egnp.exe\u2066b\u200f") == "agnp.exeb"
