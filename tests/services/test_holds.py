"""`hold` and `resume`: by TARGET, by selection, undone with the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from dockmon_cli.core.container_settings import in_words
from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import holds as service
from dockmon_cli.services.holds import HoldReport, Pause
from dockmon_cli.services.update import JUST_ASKED
from tests.services.nights import Nights, results

UPDATES = Pause(("update",))


@pytest.fixture
def nights() -> Nights:
    """Three containers on two hosts, all on automatic, `web` outdated."""
    found = Nights()
    found.outdated("nas", "web")
    found.add("nas", "db")
    found.add("attic", "zoo")
    found.on()
    return found


def hold(nights: Nights, *targets: str, pause: Pause = UPDATES, **words: Sequence[str]) -> HoldReport:
    return asyncio.run(service.hold(nights.tools, parse_selector(targets, **words), pause))


def resume(nights: Nights, *targets: str, **words: Sequence[str]) -> HoldReport:
    return asyncio.run(service.resume(nights.tools, parse_selector(targets, **words), ("update",)))


def told(report: HoldReport) -> list[tuple[str, str]]:
    return [(entry.target, entry.result) for entry in report.held]


def stored(nights: Nights) -> list[object]:
    return [entry.exact or in_words(entry.selector) for entry in nights.store.holds.holds()]


def test_a_target_is_held_by_its_identity_with_who_when_and_why(nights: Nights) -> None:
    report = hold(nights, "web", pause=Pause(("update",), 7200.0, reason="disk swap"))
    assert told(report) == [("nas/web", "held")]
    (kept,) = nights.store.holds.holds()
    now = nights.clock.now()
    assert (kept.exact, kept.by, kept.at, kept.reason) == (("id-nas", "web"), "cron", now, "disk swap")
    assert (kept.until, kept.features) == (now + timedelta(hours=2), ("update",))


def test_a_selection_is_held_as_it_is_typed_for_containers_to_come_too(nights: Nights) -> None:
    report = hold(nights, hosts=["nas"])
    assert told(report) == [("--host=nas", "held")]
    assert report.notes == ("it covers 2 containers now, and those to come",)
    nights.outdated("nas", "late")
    assert [reason for _, _, reason in results(nights.run()) if reason] == ["held", "held"]


def test_the_same_words_again_replace_what_was_said_and_other_words_stay(nights: Nights) -> None:
    hold(nights, "web")
    hold(nights, hosts=["nas"])
    hold(nights, "nas/web", pause=Pause(("update",), reason="again"))
    hold(nights, hosts=["nas"], pause=Pause(("update",), reason="again"))
    assert sorted(map(str, stored(nights))) == ["('id-nas', 'web')", "--host=nas"]
    assert {entry.reason for entry in nights.store.holds.holds()} == {"again"}


def test_resume_undoes_it_with_the_same_words(nights: Nights) -> None:
    hold(nights, "web")
    hold(nights, hosts=["nas"])
    assert told(resume(nights, hosts=["nas"])) == [("--host=nas", "resumed")]
    assert stored(nights) == [("id-nas", "web")]
    assert told(resume(nights, "nas/web")) == [("nas/web", "resumed")]
    assert results(nights.run(parse_selector(("web",)))) == [("nas/web", "updated", None)]


def test_what_other_words_still_hold_is_said_with_the_words_that_end_it(nights: Nights) -> None:
    hold(nights, hosts=["nas"], pause=Pause(("update",), reason="disk swap"))
    report = resume(nights, "web")
    assert told(report) == [("nas/web", "unchanged")]
    assert report.notes == ('nas/web is still held by cron, 2026-11-20, "disk swap": dockmon resume --host=nas',)
    (outcome,) = nights.run(parse_selector(("web",))).outcomes
    assert outcome.item.hint == "dockmon resume --host=nas"


def test_resume_lets_an_image_come_again_that_was_rolled_back(nights: Nights) -> None:
    nights.breaks("web")
    nights.run()
    nights.hosts["nas"].on_start = lambda document: None
    assert told(resume(nights, "web")) == [("nas/web", "resumed")]
    assert results(nights.run(parse_selector(("web",)))) == [("nas/web", "updated", None)]


def test_a_selection_resumes_what_was_rolled_back_in_all_that_it_covers_now(nights: Nights) -> None:
    nights.breaks("web")
    nights.run()
    assert told(resume(nights, hosts=["attic"])) == [("--host=attic", "unchanged")]
    assert told(resume(nights, hosts=["nas"])) == [("--host=nas", "resumed")]
    assert nights.store.refusals.refusals() == []


def test_until_the_next_image_holds_the_one_that_is_known_and_no_other(nights: Nights) -> None:
    nights.see()
    nights.clock.pass_on(minutes=1)
    hold(nights, "web", pause=Pause(("update",), until_next_image=True))
    named = parse_selector(("web",))
    assert results(nights.run(named, JUST_ASKED)) == [("nas/web", "skipped", "held")]
    nights.clock.pass_on(minutes=1)
    assert [held.target for held in service.standing(nights.tools).held] == ["nas/web"]
    nights.release("web", "the next one")
    nights.see()
    assert service.standing(nights.tools).held == ()
    assert results(nights.run(named, JUST_ASKED)) == [("nas/web", "updated", None)]
    nights.see()
    assert service.standing(nights.tools).held == ()


def test_what_nobody_can_find_is_not_held_and_the_rest_is(nights: Nights) -> None:
    report = hold(nights, "web", "nobody")
    assert (told(report), [type(problem) for problem in report.problems]) == ([("nas/web", "held")], [NotFound])


def test_an_unknown_host_is_held_by_nobody(nights: Nights) -> None:
    report = hold(nights, hosts=["nsa"])
    assert (told(report), [type(problem) for problem in report.problems]) == ([], [NotFound])
    assert stored(nights) == []


@pytest.mark.parametrize("words", [[], ["status=running"], ["update=available"]])
def test_words_that_say_nothing_that_lasts_are_refused(nights: Nights, words: list[str]) -> None:
    for act in (hold, resume):
        with pytest.raises(UsageError):
            act(nights, filters=words)


def test_a_container_that_is_gone_can_be_resumed_as_it_is_listed(nights: Nights) -> None:
    hold(nights, "zoo")
    nights.hosts["attic"].documents.clear()
    (listed,) = service.standing(nights.tools).held
    assert (listed.target, listed.container) == ("attic/zoo", None)
    report = resume(nights, "attic/zoo")
    assert (told(report), report.problems, stored(nights)) == ([("attic/zoo", "resumed")], (), [])


def test_a_hold_whose_time_is_over_is_listed_no_more(nights: Nights) -> None:
    hold(nights, "web", pause=Pause(("update",), 60.0))
    hold(nights, "db")
    nights.clock.pass_on(minutes=1)
    assert told(service.standing(nights.tools)) == [("nas/db", "held")]
