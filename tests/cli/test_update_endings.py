"""What a run tells of updates that are not over: its own and those of runs before it, and the exit code it has."""

from __future__ import annotations

import json

import pytest

from dockmon_cli.cli.settings import Settings
from dockmon_cli.cli.update.apply import tell
from dockmon_cli.core.errors import EngineError
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services.update import JUST_ASKED, ApplyReport
from tests.cli.schemas import check
from tests.services.nights import Nights, one_outdated, results

NAMED = parse_selector(("nas/web",))
IN_THE_WAY = EngineError("device or resource busy", status=500)


@pytest.fixture
def nights() -> Nights:
    """One outdated container, on automatic."""
    return one_outdated()


Told = tuple[int, list[tuple[str, str | None]]]


def told(report: ApplyReport, capsys: pytest.CaptureFixture[str], *, named: bool = False) -> Told:
    """The exit code of a run, and of its errors the codes and TARGETs."""
    capsys.readouterr()
    code = tell(report, Settings(output="json"), named=named)
    document = json.loads(capsys.readouterr().out)
    check(document, "update-apply")
    return code, [(error["code"], error["target"]) for error in document["errors"]]


def cron(report: ApplyReport, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """What `apply --auto` prints where nobody sits, and its exit code."""
    capsys.readouterr()
    code = tell(report, Settings(), named=False, by_itself=True)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def half_way(nights: Nights) -> None:
    """Let an update fail, and its way back too."""
    nights.breaks("web")
    nights.hosts["nas"].fail_on("remove", IN_THE_WAY, times=None)
    assert results(nights.run()) == [("nas/web", "rollback_failed", "exited")]


def mend(nights: Nights) -> None:
    nights.hosts["nas"].mend()
    nights.hosts["nas"].on_start = lambda document: None


def test_an_older_update_that_can_not_be_ended_is_an_error_every_night(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    half_way(nights)
    for _night in range(2):
        code, out, err = cron(nights.run(), capsys)
        assert (code, out) == (1, "")
        assert "nas/web: not finished: " in err
        assert "device or resource busy" in err
        assert "`dockmon update recover`" in err


def test_beside_what_succeeded_it_is_exit_3(nights: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    half_way(nights)
    nights.outdated("attic", "zoo")
    assert told(nights.run(), capsys) == (3, [("rollback_failed", "nas/web")])
    assert told(nights.run(parse_selector(("attic/zoo",)), JUST_ASKED), capsys, named=True) == (0, [])


def test_its_container_is_busy_until_then_and_says_what_ends_that(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    half_way(nights)
    nights.release("web", "another one")
    report = nights.run(NAMED, JUST_ASKED)
    assert results(report) == [("nas/web", "skipped", "busy")]
    assert "`dockmon update recover`" in report.outcomes[0].item.hint
    assert told(report, capsys, named=True) == (1, [("rollback_failed", "nas/web"), ("skipped", "nas/web")])


def test_one_that_is_ended_now_is_a_note(nights: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    half_way(nights)
    mend(nights)
    code, _out, err = cron(nights.run(), capsys)
    assert (code, err.splitlines()[-1]) == (0, "finished from before: nas/web: rolled back")


def test_a_plan_that_another_version_wrote_names_that_as_the_way(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    half_way(nights)
    (row,) = nights.store.journal.rows.values()
    row.plan.clear()
    code, _out, err = cron(nights.run(), capsys)
    assert (code, "another version of dockmon wrote it" in err) == (1, True)
    assert "with the version of dockmon that began it: `dockmon update recover`" in err


def test_an_answer_of_no_tells_it_too_and_stays_exit_0(nights: Nights, capsys: pytest.CaptureFixture[str]) -> None:
    half_way(nights)
    report = nights.run()
    declined = ApplyReport((), report.problems, went=False, open_still=report.open_still)
    assert told(declined, capsys) == (0, [("rollback_failed", "nas/web")])


@pytest.mark.parametrize(
    ("order", "broken", "left"),
    [
        (
            "stop-first",
            "remove",
            "the old container as web.dockmon-old and the tag registry.lan:5000/web:1 where it was",
        ),
        ("start-first", "stop", "web.dockmon-old, which may still run beside the new one, and the tag"),
    ],
)
def test_an_update_that_is_not_cleaned_up_is_done_and_an_error_with_what_is_left(
    nights: Nights, capsys: pytest.CaptureFixture[str], order: str, broken: str, left: str
) -> None:
    nights.on(order=order)
    nights.hosts["nas"].fail_on(broken, IN_THE_WAY, times=None)
    report = nights.run()
    assert results(report) == [("nas/web", "updated", None)]
    assert told(report, capsys) == (3, [("unfinished", "nas/web")])
    code, out, err = cron(report, capsys)
    assert (code, left in err, "`dockmon update recover`" in err) == (3, True, True), err
    assert "nas/web  updated" in out
    assert told(nights.run(), capsys) == (1, [("unfinished", "nas/web")])
    mend(nights)
    assert told(nights.run(), capsys) == (0, [])
    assert nights.hosts["nas"].names() == ["web"]


def test_an_update_whose_conclusions_can_not_be_kept_is_done_and_exit_6(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    nights.store.kept.full = True
    report = nights.run()
    assert results(report) == [("nas/web", "updated", None)]
    assert [row.result for row in nights.store.journal.rows.values()] == ["updated"]
    assert nights.kinds == [("update_done", "web")]
    assert told(report, capsys) == (6, [("store", "nas/web")])


@pytest.mark.parametrize(("words", "said"), [(("nosuch",), "no container matches"), ((), "nothing to update")])
def test_an_empty_selection_does_not_look_as_if_all_were_current(
    nights: Nights, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    nights.run()
    for filters in ((), ("update=available",)):
        capsys.readouterr()
        selector = parse_selector(tags=words, filters=filters)
        assert tell(nights.run(selector, JUST_ASKED), Settings(), named=False) == 0
        assert said in capsys.readouterr().err
