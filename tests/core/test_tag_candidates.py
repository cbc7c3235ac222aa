"""Which tags a container may move to."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.tag_candidates import TRACKS, Track, Tracking, candidates, needs_list, why_none
from dockmon_cli.core.tag_version import numbered_by_calendar, parse

POSTGRES = ["15", "16", "16.3", "16.4", "17", "17.0", "17.1", "16-alpine", "17-alpine", "17beta1", "18beta1", "latest"]
SONARR = [
    "4.0.10", "4.0.12", "latest", "develop", "version-4.0.12.2823", "amd64-4.0.12.2823-ls263", "4.0.10.2544-ls259",
    "4.0.10.2544-ls260", "4.0.12.2823-ls263", "4.1.0.3000-ls270", "5.0.0.1-ls300", "develop-4.0.13.2900-ls1",
]  # fmt: skip
TRAEFIK = ["v2.11", "v3.0", "v3.1", "v3.2", "v3.1.7", "v3.2.0-rc1", "v3.2.0", "v3.3.0-rc1", "v4.0", "3.2", "v3", "v4"]
NEXTCLOUD = ["28-fpm-alpine", "29-fpm-alpine", "30-fpm-alpine", "30-fpm", "31-rc-fpm-alpine", "30.0.1-fpm-alpine"]
HOME_ASSISTANT = [
    "stable", "2024.1", "2024.1.3", "2024.1.4", "2024.12.10", "2024.12.9", "2025.1.0b2", "2025.1.0", "20240101",
]  # fmt: skip
ALPINE = ["3", "3.18", "3.19", "3.19.1", "3.20", "edge", "20240329", "latest"]


@pytest.mark.parametrize(
    ("tag", "tags", "track", "expected"),
    [
        ("16", POSTGRES, "major", ["17"]),
        ("16", POSTGRES, "minor", []),
        ("16.3", POSTGRES, "minor", ["16.4"]),
        ("16.3", POSTGRES, "major", ["17.1", "17.0", "16.4"]),
        ("16.3", POSTGRES, "patch", []),
        ("16-alpine", POSTGRES, "major", ["17-alpine"]),
        ("17beta1", POSTGRES, "major", ["17"]),
        ("4.0.10.2544-ls259", SONARR, "patch", ["4.0.12.2823-ls263", "4.0.10.2544-ls260"]),
        ("4.0.10.2544-ls259", SONARR, "minor", ["4.1.0.3000-ls270", "4.0.12.2823-ls263", "4.0.10.2544-ls260"]),
        ("4.0.12.2823-ls263", SONARR, "patch", []),
        ("4.0.10", SONARR, "patch", ["4.0.12"]),
        ("version-4.0.10.2544", SONARR, "major", ["version-4.0.12.2823"]),
        ("v3.1", TRAEFIK, "minor", ["v3.2"]),
        ("v3.1", TRAEFIK, "major", ["v4.0", "v3.2"]),
        ("v3.1.6", TRAEFIK, "patch", ["v3.1.7"]),
        ("v3.1.6", TRAEFIK, "minor", ["v3.2.0", "v3.1.7"]),
        ("v3.2.0-rc1", TRAEFIK, "minor", ["v3.2.0"]),
        ("v3", TRAEFIK, "major", ["v4"]),
        ("29-fpm-alpine", NEXTCLOUD, "major", ["30-fpm-alpine"]),
        ("2024.1.3", HOME_ASSISTANT, "patch", ["2024.1.4"]),
        ("2024.1.3", HOME_ASSISTANT, "minor", ["2024.12.10", "2024.12.9", "2024.1.4"]),
        ("2024.12.10", HOME_ASSISTANT, "major", ["2025.1.0"]),
        ("2025.1.0b1", HOME_ASSISTANT, "patch", ["2025.1.0", "2025.1.0b2"]),
        ("3.19", ALPINE, "major", ["3.20"]),
        ("3", ALPINE, "major", []),
        ("1.2.3", ["1.3.0", "2019.1.0", "2.0.0"], "major", ["2.0.0", "1.3.0"]),
        ("2024-01-15", ["2024-01-15", "2024-02-15"], "major", []),
        ("RELEASE.2024-01-16T16-07-38Z", ["RELEASE.2025-01-16T16-07-38Z"], "major", []),
        ("sha-abc1234", ["sha-def5678", "1.0.0"], "major", []),
        ("latest", ALPINE, "major", []),
        ("1.2.3_build", ["1.2.4_build", "1.2.5", "1.2.6_other"], "patch", ["1.2.4_build"]),
        ("1.40.0.7998-c29d4c0c8", ["1.41.3.9314-a0bfb8370", "1.41.3-slim"], "minor", ["1.41.3.9314-a0bfb8370"]),
        ("1.2.3.4", ["1.2.4.0", "1.2.3.5", "1.3.0.0"], "patch", ["1.2.4.0", "1.2.3.5"]),
        ("9", ["10", "11", "9"], "major", ["11", "10"]),
        ("1.2.3", ["1.2.4", "1.2.10"], "exact", []),
        ("1.2.3", ["1.2.4", "1.2.10"], "latest", []),
    ],
)  # fmt: skip
def test_real_tags_lead_to_newer_ones_of_their_shape(
    tag: str, tags: list[str], track: Track, expected: list[str]
) -> None:
    assert list(candidates(tag, tags, Tracking(track))) == expected


def test_globs_choose_among_tags_and_exclude_is_the_stronger() -> None:
    tags = ["1.2.4", "1.3.0", "1.3.1", "1.4.0"]
    assert candidates("1.2.3", tags, Tracking("major", include=("1.3.*", "1.2.*"))) == ("1.3.1", "1.3.0", "1.2.4")
    assert candidates("1.2.3", tags, Tracking("major", exclude=("1.4.*", "*.1"))) == ("1.3.0", "1.2.4")
    assert candidates("1.2.3", tags, Tracking("major", include=("1.3.*",), exclude=("1.3.1",))) == ("1.3.0",)
    assert candidates("1.2.3", tags, Tracking("major", include=("1.3",))) == ()


def test_pre_releases_are_offered_on_request_and_within_the_line_of_one_that_runs() -> None:
    tags = ["3.1.0-rc1", "3.1.0-rc2", "3.1.0", "3.2.0-rc1"]
    assert candidates("3.0.0", tags, Tracking("minor")) == ("3.1.0",)
    on_request = Tracking("minor", prerelease=True)
    assert candidates("3.0.0", tags, on_request) == ("3.2.0-rc1", "3.1.0", "3.1.0-rc2", "3.1.0-rc1")
    assert candidates("3.1.0-rc1", tags, Tracking("minor")) == ("3.1.0", "3.1.0-rc2")
    assert candidates("3.1.0-rc1", tags, Tracking("patch")) == ("3.1.0", "3.1.0-rc2")


@pytest.mark.parametrize(
    ("tag", "track", "needed"),
    [
        ("1.2.3", "patch", True),
        ("1.2", "patch", False),
        ("1.2", "minor", True),
        ("1", "minor", False),
        ("1", "major", True),
        ("2021.12.10", "minor", True),
        ("20211210", "major", False),
        ("latest", "major", False),
        ("1.2.3", "exact", False),
        ("1.2.3", "latest", False),
    ],
)
def test_tags_are_asked_for_only_where_they_could_offer_something(tag: str, track: Track, needed: bool) -> None:
    assert needs_list(tag, Tracking(track)) is needed


def test_why_nothing_is_newer_is_said_of_what_is_no_version() -> None:
    assert why_none("20240115", [], Tracking("major")) == "not_a_version"
    assert why_none("latest", [], Tracking("patch")) == "not_a_version"
    assert why_none("2021.12.10", ["2021.12.11"], Tracking("major")) == "not_a_version"
    assert why_none("2021.12.10", ["2021.12.9"], Tracking("major")) is None
    assert why_none("1.2", [], Tracking("patch")) is None
    assert why_none("20240115", [], Tracking("exact")) is None
    assert why_none("latest", [], Tracking("latest")) is None


def test_two_ways_to_say_the_same_tracking_are_one_text() -> None:
    one, other = Tracking("minor", ("b", "a"), ("c",), True), Tracking("minor", ("a", "b", "a"), ("c",), True)
    assert str(one) == str(other) == "minor include=a,b exclude=c prerelease"
    assert len({str(Tracking()), str(Tracking("minor")), str(Tracking("minor", ("c",))), str(one)}) == 4


SUFFIXES = ["", "-alpine", "-ls3", "-ls12", "-1", "-c29d4c0c8", "-rc1", "-rc2-alpine", "beta1", "_build"]
TAGS = st.one_of(
    st.builds(
        lambda prefix, numbers, suffix: prefix + ".".join(map(str, numbers)) + suffix,
        st.sampled_from(["", "v", "version-"]),
        st.lists(st.integers(0, 4) | st.sampled_from([10, 2021, 2024]), min_size=1, max_size=4),
        st.sampled_from(SUFFIXES),
    ),
    st.sampled_from(["latest", "20240115", "2024-01-15", "2021.12.10", "2021.12.9", "sha-abc"]),
)
GLOBS = st.lists(st.sampled_from(["*", "1.*", "*-alpine", "v*", "[0-3]*", "2024.*"]), max_size=2).map(tuple)
TRACKINGS = st.builds(Tracking, st.sampled_from(TRACKS), GLOBS, GLOBS, st.booleans())
FIXED = {"patch": 2, "minor": 1, "major": 0}


@given(TAGS, st.lists(TAGS, max_size=30), TRACKINGS)
def test_what_is_offered_is_newer_of_the_same_shape_within_the_track_and_the_globs(
    tag: str, tags: list[str], tracking: Tracking
) -> None:
    by_calendar = numbered_by_calendar([*tags, tag])
    running = parse(tag, by_calendar=by_calendar)
    found = [(other, parse(other, by_calendar=by_calendar)) for other in candidates(tag, tags, tracking)]
    if found:
        assert running is not None
        assert tracking.track in FIXED
    for other, version in found:
        assert other in tags
        assert version is not None
        assert running is not None
        assert version.shape == running.shape
        assert version.order > running.order
        assert version.numbers[: FIXED[tracking.track]] == running.numbers[: FIXED[tracking.track]]
        assert any(fnmatchcase(other, glob) for glob in tracking.include or ("*",))
        assert not any(fnmatchcase(other, glob) for glob in tracking.exclude)
        assert not version.pre_release or tracking.prerelease or version.numbers == running.numbers
    orders = [version.order for _, version in found if version]
    assert orders == sorted(orders, reverse=True)


@given(TAGS, st.lists(TAGS, max_size=30), TRACKINGS)
def test_who_runs_the_best_is_offered_nothing_and_the_order_of_the_list_does_not_matter(
    tag: str, tags: list[str], tracking: Tracking
) -> None:
    found = candidates(tag, tags, tracking)
    assert candidates(tag, tags[::-1], tracking) == found
    if found:
        assert candidates(found[0], [*tags, tag], tracking) == ()
        assert needs_list(tag, tracking)
