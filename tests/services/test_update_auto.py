"""Updates that nobody asked for: what they wait for, what they leave alone, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dockmon_cli.core.documents import Document
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.verify import VerifySettings
from dockmon_cli.services.update import JUST_ASKED
from tests.fakes.engine import NOW
from tests.services.nights import BY_ITSELF, Nights, one_outdated, results

HOLD = Hold("1", ("update",), "ops", NOW, exact=("id-nas", "web"))
NAMED = parse_selector(("nas/web",))
SELECTED = parse_selector(hosts=("nas",))


@pytest.fixture
def nights() -> Nights:
    """One outdated container, on automatic."""
    return one_outdated("nas/web")


def test_only_what_is_on_automatic_is_updated_and_a_target_overrides_nothing() -> None:
    nights = Nights()
    for name in ("web", "db"):
        nights.outdated("nas", name)
    nights.on("nas/web")
    assert results(nights.run(parse_selector(("nas/db",)))) == [("nas/db", "skipped", "not_automatic")]
    assert results(nights.run()) == [("nas/db", "skipped", "not_automatic"), ("nas/web", "updated", None)]
    assert nights.kinds == [("update_done", "web")]


def test_what_is_not_on_automatic_fails_for_no_registry() -> None:
    nights = Nights()
    nights.outdated("nas", "web")
    nights.registry.fail("registry.lan:5000", "auth")
    assert results(nights.run()) == [("nas/web", "skipped", "not_automatic")]
    nights.on()
    assert results(nights.run()) == [("nas/web", "failed", "auth")]


def test_it_waits_for_its_window(nights: Nights) -> None:
    nights.on("nas/web", window="night")
    assert results(nights.run()) == [("nas/web", "skipped", "window")]
    nights.clock.pass_on(hours=15)  # three in the morning
    assert results(nights.run()) == [("nas/web", "updated", None)]


def test_it_waits_until_its_image_is_old_enough_counted_from_when_dockmon_saw_it(nights: Nights) -> None:
    nights.on("nas/web", min_age=86400.0)
    nights.see()
    nights.clock.pass_on(hours=23)
    assert results(nights.run()) == [("nas/web", "skipped", "min_age")]
    nights.clock.pass_on(hours=1)
    assert results(nights.run()) == [("nas/web", "updated", None)]


@pytest.mark.parametrize("words", [NAMED, SELECTED])
def test_whoever_asks_for_it_gets_it_now(nights: Nights, words: object) -> None:
    nights.on("nas/web", window="night", min_age=86400.0)
    assert isinstance(words, type(NAMED))
    assert results(nights.run(words, JUST_ASKED)) == [("nas/web", "updated", None)]


def test_at_the_end_of_a_window_nothing_new_starts_and_what_runs_finishes() -> None:
    nights = Nights(max_parallel=1)
    for name in ("app", "web"):
        nights.outdated("nas", name)
    nights.on(window="night")
    nights.clock.pass_on(hours=16, minutes=59)

    def pass_on(document: Document) -> None:
        nights.clock.pass_on(minutes=2)

    nights.hosts["nas"].on_start = pass_on
    assert results(nights.run()) == [("nas/app", "updated", None), ("nas/web", "skipped", "window")]


@pytest.mark.parametrize("asked", [BY_ITSELF, JUST_ASKED])
def test_what_is_held_while_the_run_goes_on_is_not_started(asked: object) -> None:
    nights = Nights(max_parallel=1)
    for name in ("app", "web"):
        nights.outdated("nas", name)
    nights.on()
    nights.hosts["nas"].on_start = lambda document: nights.store.holds.save_hold(HOLD)
    assert isinstance(asked, type(BY_ITSELF))
    assert results(nights.run(asked=asked)) == [("nas/app", "updated", None), ("nas/web", "skipped", "held")]


@pytest.mark.parametrize(("words", "asked"), [(NAMED, JUST_ASKED), (SELECTED, JUST_ASKED), (SELECTED, BY_ITSELF)])
def test_a_hold_yields_to_nobody(nights: Nights, words: object, asked: object) -> None:
    nights.store.holds.save_hold(HOLD)
    assert isinstance(words, type(NAMED))
    assert isinstance(asked, type(BY_ITSELF))
    assert results(nights.run(words, asked)) == [("nas/web", "skipped", "held")]


def test_a_hold_on_something_else_or_on_others_holds_nothing(nights: Nights) -> None:
    nights.store.holds.save_hold(replace(HOLD, features=("heal",)))
    nights.store.holds.save_hold(replace(HOLD, id="2", exact=("id-attic", "web")))
    nights.store.holds.save_hold(replace(HOLD, id="3", until=nights.clock.now()))
    assert results(nights.run()) == [("nas/web", "updated", None)]


def test_a_start_that_the_engine_takes_long_for_is_no_proof(nights: Nights) -> None:
    nights.hosts["nas"].on_start = lambda document: nights.clock.pass_on(seconds=60)
    (outcome,) = nights.run().outcomes
    assert outcome.operation
    (verify,) = [step for step in outcome.operation.steps if step.name == "verify"]
    assert (verify.duration_s or 0.0) >= VerifySettings().stable_for_s


def test_a_store_that_fails_when_a_turn_comes_hides_nobody_elses_result() -> None:
    nights = Nights(max_parallel=1)
    for name in ("app", "web"):
        nights.outdated("nas", name)
    nights.on()

    def on_start(document: Document) -> None:
        nights.store.holds.broken = True

    nights.hosts["nas"].on_start = on_start
    assert results(nights.run()) == [("nas/app", "updated", None), ("nas/web", "failed", None)]


def test_a_warning_waits_for_its_answer() -> None:
    nights = Nights()
    nights.outdated("nas", "web")
    nights.on("nas/web", policy="warn")
    assert results(nights.run()) == [("nas/web", "needs_confirmation", "warn")]


def test_stopped_ones_are_left_out_also_when_they_are_selected_as_such(nights: Nights) -> None:
    nights.hosts["nas"].named("web")["State"].update(Status="exited", Running=False)
    stopped = parse_selector(filters=["status=exited"])
    assert results(nights.run()) == results(nights.run(stopped)) == [("nas/web", "skipped", "stopped")]
    assert results(nights.run(NAMED)) == [("nas/web", "skipped", "stopped")]


def test_the_plan_of_tonight_tells_when_each_would_start() -> None:
    nights = Nights()
    for name in ("app", "db", "old", "web"):
        nights.outdated("nas", name)
    nights.on("nas/web", "nas/db", window="night")
    nights.on("nas/app")
    nights.on("nas/db", policy="warn")
    told = [(item.candidate.container.name, item.would, item.reason, item.starts_at) for item in nights.tonight()]
    assert told == [
        ("app", "update", None, NOW),
        ("db", "needs_confirmation", "warn", None),
        ("old", "skipped", "not_automatic", None),
        ("web", "update", "window", NOW + timedelta(hours=14)),
    ]


def test_a_window_that_is_none_keeps_everything_back_and_says_so(nights: Nights) -> None:
    nights.on("nas/web", window="nigth")
    (outcome,) = nights.run().outcomes
    assert (outcome.result, outcome.reason) == ("skipped", "window")
    assert "'nigth'" in outcome.message
    assert "did you mean night?" in outcome.message
