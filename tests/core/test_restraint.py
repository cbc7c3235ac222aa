"""What keeps an update back, in which mode, and when it would start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.holds import Hold
from dockmon_cli.core.update_plan.restraint import HOLDS_IN, Mode, Reason, Refused, Restraint, kept_back, starts_at
from dockmon_cli.core.windows import parse_window

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)
MODES: tuple[Mode, ...] = get_args(Mode)
NIGHT = parse_window("mon-sat 02:00-05:00 Europe/Berlin")
HOLD = Hold("1", ("update",), "ops", NOW - DAY, exact=("h", "web"), reason="disk swap")
ROLLED_BACK = Refused("h", "web", "sha256:b", "rolled_back", "cron", NOW - DAY)
SKIPPED = replace(ROLLED_BACK, kind="skip", by="ops")


def start_of(restraint: Restraint) -> datetime | None:
    return starts_at(replace(restraint, as_of=NOW))


KEPT: dict[Reason, Restraint] = {
    "not_automatic": Restraint(is_automatic=False),
    "held": Restraint(hold=HOLD),
    "rolled_back_before": Restraint(rolled_back=ROLLED_BACK),
    "skip": Restraint(skipped=SKIPPED),
    "min_age": Restraint(min_age_s=3 * 86400, first_seen_at=NOW - DAY),
    "window": Restraint(window=NIGHT),
}
OVERRIDDEN: dict[Mode, set[Reason]] = {
    "named": {"not_automatic", "rolled_back_before", "skip", "min_age", "window"},
    "selection": {"not_automatic", "min_age", "window"},
    "auto": set(),
}


def reason(restraint: Restraint, mode: Mode = "auto", now: datetime = NOW) -> str | None:
    kept = kept_back(replace(restraint, as_of=now), mode, "nas/web")
    return kept.reason if kept else None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("why", KEPT)
def test_a_target_overrides_most_a_selection_less_and_automatic_mode_nothing(why: Reason, mode: Mode) -> None:
    assert reason(KEPT[why], mode) == (None if why in OVERRIDDEN[mode] else why)


def test_every_reason_has_its_modes() -> None:
    assert set(HOLDS_IN) == set(get_args(Reason)) == set(KEPT)


@pytest.mark.parametrize("mode", MODES)
def test_nothing_keeps_back_what_nobody_restrained(mode: Mode) -> None:
    assert reason(Restraint(), mode) is None
    assert start_of(Restraint()) == NOW


@pytest.mark.parametrize(
    ("why", "message", "hint"),
    [
        ("not_automatic", "it is not on automatic", "dockmon update auto on nas/web"),
        ("held", 'it is held by ops, 2026-11-23, "disk swap"', "dockmon resume nas/web"),
        ("rolled_back_before", "this image was rolled back here on 2026-11-23", "dockmon update apply nas/web"),
        ("skip", "this version is skipped by ops, 2026-11-23", "dockmon update skip --undo nas/web"),
        ("min_age", "the new image was first seen 1d ago, and is to be 3d old", "dockmon update apply nas/web"),
        (
            "window",
            "its window (mon-sat 02:00-05:00 Europe/Berlin) opens Wed 2026-11-25 02:00 CET",
            "dockmon update apply nas/web",
        ),
    ],
)
def test_what_is_kept_back_says_why_and_what_ends_it(why: Reason, message: str, hint: str) -> None:
    kept = kept_back(replace(KEPT[why], as_of=NOW), "auto", "nas/web")
    assert kept
    assert kept.message == message
    assert hint in kept.hint


def test_the_reason_that_lasts_goes_before_the_one_that_passes() -> None:
    restraint = replace(KEPT["window"], hold=HOLD, min_age_s=1e6, first_seen_at=NOW)
    assert reason(restraint) == "held"
    assert reason(replace(restraint, hold=None)) == "min_age"


def test_an_age_that_nobody_knows_begins_now() -> None:
    restraint = Restraint(min_age_s=60.0)
    assert reason(restraint) == "min_age"
    assert start_of(restraint) == NOW + timedelta(seconds=60)


def test_a_window_that_cannot_be_read_is_never_open() -> None:
    restraint = Restraint(window_problem="its window 'nihgt' is none: did you mean night?")
    assert reason(restraint) == "window"
    assert reason(restraint, "named") is None
    assert start_of(restraint) is None


def test_it_starts_when_it_is_old_enough_and_the_next_window_opens() -> None:
    restraint = replace(KEPT["min_age"], window=NIGHT)  # old enough on Thursday at noon
    assert start_of(restraint) == datetime(2026, 11, 27, 1, tzinfo=UTC)


@pytest.mark.parametrize("why", ["not_automatic", "held", "rolled_back_before", "skip"])
def test_what_waits_for_somebody_has_no_time(why: Reason) -> None:
    assert start_of(KEPT[why]) is None


def test_a_hold_with_an_end_has_a_time() -> None:
    until = NOW + DAY
    assert start_of(Restraint(hold=replace(HOLD, until=until))) == until


def test_a_hold_until_the_next_image_is_over_for_one_seen_later() -> None:
    hold = replace(HOLD, until_next_image=True)
    assert reason(Restraint(hold=hold, first_seen_at=HOLD.at)) == "held"
    assert reason(Restraint(hold=hold, first_seen_at=HOLD.at + DAY)) is None


WINDOWS = ["22:00-04:00", "sat 02:00-05:00 Europe/Berlin", "weekdays", "daily 00:00-00:10 America/New_York"]
RESTRAINTS = st.builds(
    Restraint,
    hold=st.none() | st.integers(-48, 200).map(lambda hours: replace(HOLD, until=NOW + timedelta(hours=hours))),
    min_age_s=st.integers(0, 10 * 86400).map(float),
    first_seen_at=st.integers(0, 400).map(lambda hours: NOW - timedelta(hours=hours)),
    window=st.none() | st.sampled_from(WINDOWS).map(parse_window),
)


@given(RESTRAINTS, st.floats(0, 1, exclude_max=True))
def test_it_is_kept_back_until_it_starts_and_not_then(restraint: Restraint, part: float) -> None:
    start = start_of(restraint)
    assert start is not None
    assert start >= NOW
    assert reason(restraint, now=start) is None
    before = NOW + (start - NOW) * part
    assert (reason(restraint, now=before) is None) == (before >= start)
