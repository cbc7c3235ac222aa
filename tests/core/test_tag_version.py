"""Reading tags as versions, as registries really hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockmon_cli.core.tag_version import TagVersion, numbered_by_calendar, parse

Numbers = tuple[int, ...]


@pytest.mark.parametrize(
    ("tag", "prefix", "numbers", "suffix"),
    [
        ("16", "", (16,), ""),
        ("v3.1", "v", (3, 1), ""),
        ("V1.2.3", "V", (1, 2, 3), ""),
        ("1.2.3.4", "", (1, 2, 3, 4), ""),
        ("24.04", "", (24, 4), ""),
        ("29-fpm-alpine", "", (29,), "-fpm-alpine"),
        ("20.11.0-alpine3.19", "", (20, 11, 0), "-alpine3.19"),
        ("6.4-php8.2-apache", "", (6, 4), "-php8.2-apache"),
        ("1.2.3_build", "", (1, 2, 3), "_build"),
        ("1.2.3.Final", "", (1, 2, 3), ".Final"),
        ("16.8.1-ce.0", "", (16, 8, 1), "-ce.0"),
        ("1.2.3-dev", "", (1, 2, 3), "-dev"),
        ("7.0.5-windowsservercore-1809", "", (7, 0, 5), "-windowsservercore-1809"),
        ("2022-latest", "", (2022,), "-latest"),
        ("2024.1.3", "", (2024, 1, 3), ""),
        ("2024.01.0", "", (2024, 1, 0), ""),
        ("version-4.0.10.2544", "version-", (4, 0, 10, 2544), ""),
        ("alpine-v16.8.0", "alpine-v", (16, 8, 0), ""),
        ("jdk-17.0.2", "jdk-", (17, 0, 2), ""),
    ],
)
def test_a_version_has_numbers_and_a_shape_around_them(tag: str, prefix: str, numbers: Numbers, suffix: str) -> None:
    assert parse(tag) == TagVersion(prefix, numbers, suffix)


@pytest.mark.parametrize(
    ("tag", "suffix", "builds"),
    [
        ("4.0.10.2544-ls123", "-ls#", (123,)),
        ("16.1.0-debian-11-r25", "-debian-11-r#", (25,)),
        ("10.8.13-1", "-#", (1,)),
        ("3.0-20240115", "-#", (20240115,)),
        ("1.2.3-build.7-alpine", "-build.#-alpine", (7,)),
        ("1.40.0.7998-c29d4c0c8", "-@", ()),
        ("1.2.3-g1a2b3c4-slim", "-@-slim", ()),
    ],
)
def test_counters_of_builds_and_commits_belong_to_no_shape(tag: str, suffix: str, builds: Numbers) -> None:
    version = parse(tag)
    assert version is not None
    assert (version.suffix, version.builds) == (suffix, builds)


@pytest.mark.parametrize(
    ("tags", "suffix"),
    [
        (["3.1.0-alpha.1", "3.1.0-beta.1", "3.1.0-rc.1", "3.1.0-rc.2", "3.1.0"], ""),
        (["17beta1", "17beta2", "17rc1", "17", "18"], ""),
        (["3.13.0a3", "3.13.0b1", "3.13.0rc1", "3.13.0"], ""),
        (["8.3.0beta3-cli-alpine", "8.3.0RC6-cli-alpine", "8.3.0-cli-alpine"], "-cli-alpine"),
        (["3.13-rc-management", "3.13-management"], "-management"),
        (["2.0.0-alpine-rc1", "2.0.0-alpine"], "-alpine"),
        (["2024.2.0.dev202401150236", "2024.2.0b1", "2024.2.0"], ""),
        (["1.2.3-SNAPSHOT", "1.2.3"], ""),
        (["1.0.0-M1", "1.0.0-rc-1", "1.0.0-rc-2", "1.0.0"], ""),
        (["v1.9", "v1.10"], ""),
        (["4.0.9.9999-ls200", "4.0.10.2544-ls123", "4.0.10.2544-ls124"], "-ls#"),
    ],
)
def test_tags_of_one_shape_are_ordered_and_a_pre_release_comes_before_its_release(tags: list[str], suffix: str) -> None:
    versions = [version for version in map(parse, tags) if version is not None]
    assert len(versions) == len(tags)
    assert {version.suffix for version in versions} == {suffix}
    assert len({version.shape for version in versions}) == 1
    orders = [version.order for version in versions]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize(
    "tag",
    [
        "", "latest", "main", "alpine", "bookworm", "sha-abc", "sha-1234567", "pr-12", "1a2b3c4", "1234567",
        "20240115", "240915", "2024-01-15", "2024.01.15", "2021.12.10", "v2024.12.31", "2024-01", "2024011508",
        "20240116.5-unstable", "bookworm-20240110-slim", "RELEASE.2024-01-16T16-07-38Z", "2024.01.15-alpine",
        "1.0.2k", "1.2.3.4.5", "alpine3.19", "v", "-1", "9" * 30, "1." + "9" * 20,
    ],
)  # fmt: skip
def test_dates_time_stamps_commits_and_names_are_no_versions(tag: str) -> None:
    assert parse(tag) is None


def test_the_other_tags_of_a_repository_show_that_what_looks_like_a_day_is_a_version() -> None:
    assert numbered_by_calendar(["2021.12.10", "2021.12.9", "latest"])
    assert numbered_by_calendar(["2021.12.10", "2021.9.12"])
    assert not numbered_by_calendar(["2021.12.10", "2021.12.09", "1.2.3", "2021.1"])
    assert parse("2021.12.10", by_calendar=True) == TagVersion("", (2021, 12, 10))
    assert parse("2021-12-10", by_calendar=True) is None
    assert parse("20211210", by_calendar=True) is None


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_.-]{1,128}", fullmatch=True), st.booleans())
def test_any_text_may_stand_in_a_registry(tag: str, by_calendar: bool) -> None:
    version = parse(tag, by_calendar=by_calendar)
    assert version is None or 1 <= len(version.numbers) <= 4
