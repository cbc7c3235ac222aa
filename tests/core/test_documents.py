"""Our own types become JSON and come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.documents import decode, encode, parse_time, rfc3339
from dockmon_cli.core.operation import ImageVersion, Operation, StepRecord
from tests.core.test_recovery import plan_for

MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)).map(
    # The store keeps milliseconds.
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
STEPS = st.builds(
    StepRecord,
    st.text(),
    MOMENTS,
    st.sampled_from(["begun", "done", "failed"]),
    st.none() | st.floats(0, 1e9),
    output=st.text(),
)
OPERATIONS = st.builds(
    Operation,
    **{name: st.text() for name in ("op", "host_id", "host", "identity", "name", "key", "by")},
    opened_at=MOMENTS,
    phase=st.sampled_from(["forward", "back", "committed", "closed"]),
    old=st.builds(ImageVersion, st.none() | st.text()),
    new=st.builds(ImageVersion, st.none() | st.text()),
    plan=st.dictionaries(st.text(), st.lists(st.integers() | st.text())),
    facts=st.dictionaries(st.text(), st.text()),
    steps=st.lists(STEPS).map(tuple),
    closed_at=st.none() | MOMENTS,
)


@given(OPERATIONS)
def test_a_journal_row_comes_back_as_it_was(row: Operation) -> None:
    assert decode(Operation, json.loads(json.dumps(encode(row)))) == row


def test_a_swap_plan_comes_back_as_it_was() -> None:
    plan = replace(plan_for("running", "always"), size_bytes=7)
    assert decode(type(plan), json.loads(json.dumps(encode(plan)))) == plan


def test_what_a_newer_dockmon_added_is_let_alone_and_what_an_older_one_left_out_has_its_default() -> None:
    assert decode(CheckAnswer, {"state": "unknown", "colour": "blue"}) == CheckAnswer("unknown")


@pytest.mark.parametrize("data", [{}, [], "web", None, {"reason": "auth"}])
def test_what_lacks_its_essentials_is_no_answer(data: object) -> None:
    with pytest.raises(ValueError, match="CheckAnswer"):
        decode(CheckAnswer, data)


@given(MOMENTS, st.integers(-14, 14))
def test_a_moment_is_told_in_utc_whatever_its_zone(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert rfc3339(elsewhere) == rfc3339(moment)
    assert parse_time(rfc3339(elsewhere)) == moment


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [("2026-11-24T10:00:00.123456789Z", 123456), ("2026-11-24T10:00:00.5+00:00", 500000), ("2026-11-24T10:00:00Z", 0)],
)
def test_dockers_times_are_read_with_any_number_of_digits(text: str, microsecond: int) -> None:
    assert parse_time(text) == datetime(2026, 11, 24, 10, 0, 0, microsecond, tzinfo=UTC)
