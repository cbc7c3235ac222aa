"""What is said or fetched ahead of an update: `update skip`, `update pull`, `update explain`."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dockmon_cli.core.errors import EngineError, UsageError
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.services import update_explain, update_pull, update_skip
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update import JUST_ASKED
from dockmon_cli.services.update_explain import Explained
from dockmon_cli.services.update_pull import PullReport
from tests.fakes.engine import NOW
from tests.services.nights import Goes, Nights, results

WEB = parse_selector(("nas/web",))
NAS = parse_selector(hosts=("nas",))


@pytest.fixture
def nights() -> Nights:
    """`web` is outdated, `db` is not; both are on automatic."""
    found = Nights()
    found.outdated("nas", "web")
    found.add("nas", "db")
    found.on()
    return found


def skip(nights: Nights, selector: Selector, *, undo: bool = False) -> list[tuple[str, str]]:
    act = update_skip.restore if undo else update_skip.skip
    done, _ = asyncio.run(act(nights.tools, selector))
    return [(entry.container.name, entry.result) for entry in done]


def pull(
    nights: Nights, selector: Selector = NAS, stop: Stop | None = None, listener: Goes | None = None
) -> PullReport:
    async def pulled() -> PullReport:
        return await update_pull.pull(nights.tools, selector, listener or Goes(), stop or Stop())

    return asyncio.run(pulled())


def told(report: PullReport) -> list[tuple[str, str, str | None]]:
    return [(entry.item.candidate.container.name, entry.result, entry.reason) for entry in report.items]


def explain(nights: Nights, name: str = "web") -> Explained:
    (found,), _ = asyncio.run(update_explain.explain(nights.tools, parse_selector((name,))))
    return found


def test_a_version_that_is_skipped_comes_when_it_is_named_and_the_next_one_by_itself(nights: Nights) -> None:
    assert skip(nights, NAS) == [("db", "unchanged"), ("web", "skipped")]
    assert ("nas/web", "skipped", "skip") in results(nights.run())
    assert ("nas/web", "skipped", "skip") in results(nights.run(NAS, JUST_ASKED))
    nights.release("web", "the next one")
    assert ("nas/web", "updated", None) in results(nights.run())


def test_a_named_target_takes_a_skipped_version(nights: Nights) -> None:
    skip(nights, WEB)
    assert results(nights.run(WEB, JUST_ASKED)) == [("nas/web", "updated", None)]


def test_skip_is_undone_with_the_same_words_whatever_came_since(nights: Nights) -> None:
    skip(nights, WEB)
    nights.release("web", "the next one")
    skip(nights, WEB)
    assert skip(nights, WEB, undo=True) == [("web", "restored")]
    assert skip(nights, WEB, undo=True) == [("web", "unchanged")]
    assert nights.store.refusals.refusals() == []


def test_undoing_a_skip_leaves_what_was_rolled_back_alone(nights: Nights) -> None:
    nights.breaks("web")
    nights.run()
    skip(nights, WEB, undo=True)
    assert [refused.kind for refused in nights.store.refusals.refusals()] == ["rolled_back"]


@pytest.mark.parametrize("undo", [False, True])
def test_skip_wants_to_know_which(nights: Nights, undo: bool) -> None:
    with pytest.raises(UsageError):
        skip(nights, Selector(), undo=undo)


def test_what_nobody_can_tell_about_is_not_skipped_and_told(nights: Nights) -> None:
    nights.registry.fail("registry.lan:5000", "auth")
    done, report = asyncio.run(update_skip.skip(nights.tools, WEB))
    assert (done, [item.reason for item in report.items]) == ((), ["auth"])


def test_an_image_is_fetched_by_digest_and_kept_and_nothing_else_is_touched(nights: Nights) -> None:
    engine = nights.hosts["nas"]
    before = dict(engine.references)
    assert told(pull(nights)) == [("db", "unchanged", None), ("web", "pulled", None)]
    changing = [call[0] for call in engine.calls if call[0] in ("pull", "tag", "create", "stop", "start", "untag")]
    assert changing == ["pull", "tag"]
    (kept,) = set(engine.references) - set(before)
    assert kept.startswith("dockmon-new/")
    assert {**before, kept: engine.references[kept]} == engine.references


@pytest.mark.parametrize("ends", ["done", "failed"])
def test_whoever_waits_is_told_that_a_pull_began_and_ended(nights: Nights, ends: str) -> None:
    if ends == "failed":
        nights.hosts["nas"].fail_on("pull", EngineError("no such manifest", status=404))
    listener = Goes()
    pull(nights, listener=listener)
    assert listener.fetched == [("web", "begun"), ("web", ends)]


def test_the_swap_later_pulls_nothing_and_leaves_no_name_behind(nights: Nights) -> None:
    pull(nights)
    engine = nights.hosts["nas"]
    engine.calls.clear()
    assert ("nas/web", "updated", None) in results(nights.run())
    assert "pull" not in [call[0] for call in engine.calls]
    assert [name for name in engine.references if name.startswith("dockmon-new/")] == []


@pytest.mark.parametrize("is_stopped", [True, False])
def test_what_nobody_can_tell_about_is_not_fetched_whatever_else_keeps_it_back(
    nights: Nights, is_stopped: bool
) -> None:
    nights.registry.fail("registry.lan:5000", "auth")
    if is_stopped:
        nights.hosts["nas"].named("web")["State"].update(Status="exited", Running=False)
    else:
        nights.store.holds.save_hold(Hold("1", ("update",), "ops", NOW, exact=("id-nas", "web")))
    assert ("web", "failed", "auth") in told(pull(nights))


def test_what_was_fetched_is_not_fetched_again(nights: Nights) -> None:
    pull(nights)
    assert told(pull(nights, WEB)) == [("web", "unchanged", "present")]


def test_what_waits_for_its_time_or_is_held_can_be_fetched_ahead(nights: Nights) -> None:
    nights.on("nas/web", window="night", min_age=86400.0)
    skip(nights, WEB)
    assert told(pull(nights)) == [("db", "unchanged", None), ("web", "pulled", None)]


def test_what_is_blocked_is_not_fetched(nights: Nights) -> None:
    nights.on("nas/web", policy="block")
    assert told(pull(nights, WEB)) == [("web", "blocked", "policy")]


@pytest.mark.parametrize(
    ("message", "reason"),
    [("toomanyrequests: slow down", "rate_limited"), ("no space left on device", "disk_full"), ("oops", "pull_failed")],
)
def test_a_pull_that_fails_says_why(nights: Nights, message: str, reason: str) -> None:
    nights.hosts["nas"].fail_on("pull", EngineError(message))
    assert told(pull(nights, WEB)) == [("web", "failed", reason)]


def test_a_run_that_is_to_end_fetches_nothing_more(nights: Nights) -> None:
    async def pulled() -> PullReport:
        stop = Stop()
        stop.ask("timeout")
        return await update_pull.pull(nights.tools, WEB, Goes(), stop)

    assert told(asyncio.run(pulled())) == [("web", "failed", "timeout")]


def test_the_last_decision_is_told_with_its_reason_and_the_next_try(nights: Nights) -> None:
    assert explain(nights).last is None
    nights.on("nas/web", window="night")
    nights.run()
    found = explain(nights)
    assert found.last is not None
    assert (found.last.result, found.last.reason) == ("skipped", "window")
    assert (found.item.would, found.item.reason, found.item.starts_at) == (
        "update",
        "window",
        NOW + timedelta(hours=14),
    )


def test_what_automatic_mode_would_do_is_told_though_it_is_named() -> None:
    nights = Nights()
    nights.outdated("nas", "web")
    found = explain(nights)
    assert (found.item.would, found.item.reason) == ("skipped", "not_automatic")
    assert found.item.hint == "dockmon update auto on nas/web"
    rows: list[Any] = [call for call in nights.hosts["nas"].calls if call[0] in ("pull", "create", "tag")]
    assert rows == []
