"""Telling how big a step between two versions is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.versions import difference, numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", (1,)),
        ("v1.2", (1, 2)),
        ("V1.2.3", (1, 2, 3)),
        ("1.2.3.4", (1, 2, 3, 4)),
        ("1.2.3-alpine", (1, 2, 3)),
        ("16.4-bookworm", (16, 4)),
        ("1.2.3+build.7", (1, 2, 3)),
        ("2.0_beta", (2, 0)),
        ("24.04", (24, 4)),
        ("2024.5.1", (2024, 5, 1)),
    ],
)
def test_numbers_are_read_from_versions_as_people_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [None, "", "latest", "alpine3.19", "1a2b3c4", "1.2.3.4.5", "v", "-1", "9" * 30, "x" * 10_000],
)
def test_what_is_no_version_has_no_numbers(text: str | None) -> None:
    assert numbers(text) is None


@pytest.mark.parametrize(
    "text", ["20240115", "2024-01-15", "2024.01.15", "20240115-alpine", "v2024.12.31", "2024.01.15.1"]
)
def test_dates_are_no_versions(text: str) -> None:
    assert numbers(text) is None
    assert difference(text, "20250101") == "digest"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("1.2.3", "2.0.0", "major"),
        ("1.2.3", "1.3.0", "minor"),
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3.4", "1.2.3.5", "patch"),
        ("1.2.3.4", "1.2.4.0", "patch"),
        ("1.2", "1.2.1", "patch"),
        ("1", "1.1", "minor"),
        ("1", "2", "major"),
        ("1.2.3", "1.2.3", "digest"),
        ("1.2", "1.2.0", "digest"),
        ("v1.2.3", "1.2.3-alpine", "digest"),
        ("2.0.0", "1.9.0", "major"),
        ("latest", "latest", "digest"),
        (None, "1.2.3", "digest"),
        ("1.2.3", None, "digest"),
    ],
)
def test_the_first_number_that_differs_says_how_big_a_step_is(old: str | None, new: str | None, kind: str) -> None:
    assert difference(old, new) == kind


@given(st.text(), st.text())
def test_any_text_may_come_from_a_label(old: str, new: str) -> None:
    assert difference(old, new) in {"major", "minor", "patch", "digest"}
    assert difference(old, old) == "digest"
