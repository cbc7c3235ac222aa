"""The user's own patterns, and switching those that dockmon brings."""

from __future__ import annotations

import pytest

from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.policy import resolve, subject_of
from dockmon_cli.services.patterns import PatternDesk, add, remove, switch
from tests.core.test_policy import container
from tests.fakes.store import MemoryPatterns
from tests.services.checking import StillClock


@pytest.fixture
def desk() -> PatternDesk:
    return PatternDesk(MemoryPatterns(), StillClock(), "ops")


def verdict(desk: PatternDesk, image: str) -> str:
    return resolve(subject_of(container(image=image)), patterns=desk.patterns()).verdict


def test_an_own_pattern_comes_before_the_one_that_dockmon_brings_however_lenient(desk: PatternDesk) -> None:
    assert verdict(desk, "postgres:16") == "warn"
    added = add(desk, "postgres", "allow", "databases")
    assert (added.own, added.enabled, added.by, added.at) == (True, True, "ops", StillClock().now())
    assert verdict(desk, "postgres:16") == "allow"
    assert desk.patterns()[0] == added


def test_of_two_own_patterns_the_stricter_holds(desk: PatternDesk) -> None:
    add(desk, "team/*", "block", "custom")
    add(desk, "web", "allow", "custom")
    assert verdict(desk, "ghcr.io/team/web:1") == "block"


def test_adding_one_again_replaces_it_and_removing_it_brings_the_default_one_back(desk: PatternDesk) -> None:
    add(desk, "postgres", "allow", "databases")
    add(desk, "postgres", "block", "critical")
    assert verdict(desk, "postgres:16") == "block"
    assert remove(desk, "postgres").category == "critical"
    assert verdict(desk, "postgres:16") == "warn"
    with pytest.raises(UsageError) as caught:
        remove(desk, "postgres")
    assert "dockmon policy pattern disable 'postgres'" in caught.value.hint


def test_a_pattern_that_is_switched_off_says_nothing_until_it_is_switched_on(desk: PatternDesk) -> None:
    add(desk, "web", "block", "custom")
    for glob, image, before in (("postgres", "postgres:16", "warn"), ("web", "web:1", "block")):
        assert switch(desk, glob, enabled=False).by == "ops"
        assert verdict(desk, image) == "allow"
        switch(desk, glob, enabled=True)
        assert verdict(desk, image) == before


def test_of_two_with_one_glob_the_users_own_is_switched(desk: PatternDesk) -> None:
    add(desk, "postgres", "block", "databases")
    switch(desk, "postgres", enabled=False)
    assert verdict(desk, "postgres:16") == "warn"


def test_an_unknown_pattern_is_named_with_the_nearest_one(desk: PatternDesk) -> None:
    with pytest.raises(NotFound) as caught:
        remove(desk, "postgre")
    assert caught.value.hint == "did you mean postgres?"
    with pytest.raises(NotFound):
        switch(desk, "postgre", enabled=False)


@pytest.mark.parametrize(
    "glob", ["", "web:1", "web@sha256:00", "team/", "name:", "name:a/b", "nme:web", "a b", "a\x1bb"]
)
def test_a_glob_that_can_match_nothing_is_refused(desk: PatternDesk, glob: str) -> None:
    with pytest.raises(UsageError):
        add(desk, glob, "block", "custom")


@pytest.mark.parametrize("glob", ["*", "registry.lan:5000/team/*", "name:db-*", "postgres*"])
def test_a_glob_that_can_match_something_is_taken(desk: PatternDesk, glob: str) -> None:
    assert add(desk, glob, "block", "custom").glob == glob
