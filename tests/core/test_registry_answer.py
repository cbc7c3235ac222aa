"""What registries say beside the manifest."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.registry_answer import (
    LONGEST_COOLDOWN_S,
    clean,
    parse_remaining,
    parse_retry_after,
    reason_in,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "remaining"),
    [
        ("98;w=21600", 98),
        ("0;w=21600", 0),
        (" 7 ", 7),
        ("100;w=1, 5;w=2", 100),
        (None, None),
        ("", None),
        ("-1", None),
        ("x", None),
    ],
)
def test_the_rest_of_a_quota_is_read(header: str | None, remaining: int | None) -> None:
    assert parse_remaining(header) == remaining


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60.0),
        ("Fri, 02 Jan 2026 03:00:00 GMT", 0.0),
        ("999999999", LONGEST_COOLDOWN_S),
        ("Fri, 02 Jan 2126 03:00:00 GMT", LONGEST_COOLDOWN_S),
        (None, None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_a_waiting_time_is_seconds_or_a_date_and_has_a_limit(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text(max_size=40))
def test_any_waiting_time_is_bounded_or_none(header: str) -> None:
    seconds = parse_retry_after(header, NOW)
    assert seconds is None or 0.0 <= seconds <= LONGEST_COOLDOWN_S


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"errors": [{"code": "DENIED", "message": "no access"}]}', "no access"),
        (b'{"details": "incorrect username or password"}', "incorrect username or password"),
        (b'{"error": "invalid_grant", "error_description": "expired"}', "expired"),
        (b'{"errors": []}', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_the_reason_of_a_refusal_is_found_in_the_known_forms(body: bytes, reason: str) -> None:
    assert reason_in(body) == reason


def test_text_from_a_server_is_one_short_line_without_terminal_escapes() -> None:
    assert clean("\x1b[31mred\r\nnext\x9b\u202e") == "[31mred next"
    assert len(clean("x" * 5000)) == 200
