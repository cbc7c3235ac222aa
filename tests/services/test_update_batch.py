"""A batch: the first of each digest before the others, and what one failure means for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest

from dockmon_cli.core.operation import Result
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services.stopping import Stop
from dockmon_cli.services.update_batch import Outcome, run_batch
from tests.core.test_update_plan import CONTAINER, candidate, decide, inspect

RUNNING = decide()


def item(name: str, *, status: str = "running", digest: str = "sha256:new") -> PlanItem:
    container = replace(CONTAINER, id=name.ljust(64, "0"), name=name, status=status)
    swap = decide(inspect=inspect(status=status), takes_stopped=True).swap
    assert swap is not None
    swap = replace(swap, name=name, digest=digest)
    return replace(RUNNING, candidate=candidate(container=container), swap=swap, group=GroupPlan((swap,)))


class Log:
    """Runs items: what began and ended in which order; `results` say how each ends, `updated` where none is given."""

    def __init__(self, results: Mapping[str, str] = {}) -> None:
        self.lines: list[str] = []
        self._results = results

    async def run(self, item: PlanItem) -> Outcome:
        name = item.candidate.container.name
        self.lines.append(f"{name} begins")
        await asyncio.sleep(0)
        self.lines.append(f"{name} ends")
        return Outcome(item, cast("Result", self._results.get(name, "updated")))

    def batch(
        self,
        *items: PlanItem,
        needs: Mapping[str, frozenset[str]] = {},
        max_parallel: int = 9,
        stop: Stop | None = None,
    ) -> dict[str, tuple[str, str | None]]:
        done = asyncio.run(run_batch(items, needs, self.run, max_parallel=max_parallel, stop=stop or Stop()))
        assert [outcome.item for outcome in done] == list(items)
        return {outcome.item.candidate.container.name: (outcome.result, outcome.reason) for outcome in done}


def test_the_others_of_a_digest_wait_for_the_first_and_then_run_together() -> None:
    log = Log()
    log.batch(item("a"), item("b"), item("c"))
    assert log.lines == ["a begins", "a ends", "b begins", "c begins", "b ends", "c ends"]


def test_another_digest_waits_for_nobody() -> None:
    log = Log()
    log.batch(item("a"), item("x", digest="sha256:other"))
    assert log.lines == ["a begins", "x begins", "a ends", "x ends"]


def test_no_more_run_at_once_than_is_allowed() -> None:
    log = Log()
    log.batch(*(item(name, digest=name) for name in "abc"), max_parallel=1)
    assert log.lines == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


@pytest.mark.parametrize("result", ["rolled_back", "rollback_failed", "interrupted"])
def test_an_image_that_did_not_prove_itself_starts_nowhere_else(result: str) -> None:
    log = Log({"a": result})
    told = log.batch(item("a"), item("b"), item("x", digest="sha256:other"))
    assert told == {"a": (result, None), "b": ("skipped", "canary"), "x": ("updated", None)}
    assert "b begins" not in log.lines


@pytest.mark.parametrize("result", ["failed", "skipped"])
def test_one_that_failed_for_another_reason_leaves_its_part_to_the_next(result: str) -> None:
    assert Log({"a": result}).batch(item("a"), item("b"))["b"] == ("updated", None)


def test_one_that_fails_already_or_never_runs_is_no_canary_while_there_is_another() -> None:
    log = Log()
    log.batch(item("stopped", status="exited"), item("looping", status="restarting"), item("well"))
    assert log.lines[:2] == ["well begins", "well ends"]


def test_after_the_end_is_asked_for_nothing_starts() -> None:
    stop = Stop()
    stop.ask("timeout")
    assert Log().batch(item("a"), stop=stop) == {"a": ("failed", "timeout")}


def test_what_it_depends_on_is_over_first_and_a_failure_there_stops_nobody() -> None:
    log = Log({"db": "rolled_back"})
    web, db = item("web", digest="sha256:web"), item("db")
    needs = {web.candidate.container.key: frozenset({db.candidate.container.key})}
    told = log.batch(web, db, needs=needs)
    assert log.lines == ["db begins", "db ends", "web begins", "web ends"]
    assert told == {"web": ("updated", None), "db": ("rolled_back", None)}
