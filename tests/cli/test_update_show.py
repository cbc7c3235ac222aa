"""`dockmon update show`, from a store that holds one operation of each ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dockmon_cli import wiring
from dockmon_cli.core.advice import what_to_do
from dockmon_cli.core.documents import encode
from dockmon_cli.core.operation import ImageVersion, StepRecord
from tests.adapters.store.samples import NOW, operation
from tests.cli.program import Outcome, dockmon
from tests.cli.schemas import check
from tests.services.swapping import Scene

NEW = ImageVersion("sha256:" + "b" * 64, "1.1")
FAILED = replace(
    operation("fa11ed", name="web", identity="shop/web/1", phase="closed"),
    old=ImageVersion("sha256:" + "a" * 64, "1.0"),
    new=NEW,
    by="root",
    plan=encode(Scene().plan),
    facts={"ended_as": "old"},
    steps=(
        StepRecord("pull", NOW, "done", 1.25),
        StepRecord("stop", NOW + timedelta(seconds=1), "done", 0.75),
        StepRecord("start", NOW + timedelta(seconds=2), "failed", 0.5, "exec: \x1b[31mno such file"),
        StepRecord("start_old", NOW + timedelta(seconds=3), "begun"),
    ),
    result="rolled_back",
    reason="start_failed",
    message="the new one did not start",
    log="first\n\x1b[2Jlast",
    exit_code=127,
    closed_at=NOW + timedelta(seconds=4),
)
OPEN = replace(operation("0pen", phase="forward"), plan=FAILED.plan, result="interrupted", reason="interrupted")


@pytest.fixture
def shown(env: dict[str, str]) -> dict[str, str]:
    with wiring.open_store(Path(env["XDG_STATE_HOME"]) / "dockmon/dockmon.db") as store:
        for row in (FAILED, replace(FAILED, op="fa12"), OPEN):
            store.journal.open_operation(row)
    return env


def show(env: dict[str, str], *words: str) -> Outcome:
    return dockmon("update", "show", *words, env=env)


def test_one_operation_is_told_from_its_beginning_to_what_to_do(shown: dict[str, str]) -> None:
    done = show(shown, "fa11")
    lines = [line.rstrip() for line in done.out.splitlines()]
    assert done.code == 0
    assert [line for line in lines if not line.startswith("started")] == [
        "operation  fa11ed",
        "container  nas/web  (shop/web/1)",
        "result     rolled back: start failed",
        "message    the new one did not start",
        "old        1.0  sha256:aaaaaaaaaaaa",
        "new        1.1  sha256:bbbbbbbbbbbb",
        "by         root",
        "ended      2026-11-02 03:04:09Z, after 4.0 s",
        "exit code  127 of the new container",
        "",
        "STEP                 AT     TOOK  RESULT",
        "pull              +0.0s    1.25s  done",
        "stop              +1.0s    0.75s  done",
        "start             +2.0s    0.50s  failed: exec: [31mno such file",
        "start_old         +3.0s        -  begun, and nobody saw its end",
        "",
        "last words of the new container:",
        "  first",
        "  [2Jlast",
        "",
        "what to do: the original runs again; when the image is mended: `dockmon update apply nas/web`",
    ]


def test_what_hooks_printed_is_told_as_theirs_and_the_last_words_as_the_new_container_s(env: dict[str, str]) -> None:
    steps = (
        StepRecord("pre_hook", NOW, "done", 1.0, output="dumped\n\x1b[2J3 tables"),
        StepRecord("pre_hook", NOW, "done", 1.0, container="sidecar", output="flushed"),
        StepRecord("create", NOW, "done", 0.1),
        StepRecord("post_hook", NOW, "failed", 0.1, "exit code 1", output="no such table"),
    )
    with wiring.open_store(Path(env["XDG_STATE_HOME"]) / "dockmon/dockmon.db") as store:
        store.journal.open_operation(replace(FAILED, steps=steps, log="panic"))
    done = show(env, "fa11")
    assert done.out.partition("exit code 1\n\n")[2].partition("\n\nwhat to do")[0] == (
        "output of the pre hook:\n  dumped\n  [2J3 tables\n\n"
        "output of the pre hook of sidecar:\n  flushed\n\n"
        "output of the post hook:\n  no such table\n\n"
        "last words of the new container:\n  panic"
    )
    document = show(env, "fa11", "-o", "json").document
    check(document, "update-show")
    assert document["items"][0]["log"] == (
        "pre hook:\ndumped\n\x1b[2J3 tables\npre hook of sidecar:\nflushed\npost hook:\nno such table\npanic"
    )


def test_one_that_is_open_says_how_it_comes_to_an_end(shown: dict[str, str]) -> None:
    done = show(shown, "0pen")
    assert "result     interrupted, not finished\n" in done.out
    assert "ended      not yet\n" in done.out
    assert done.out.endswith("what to do: when the host answers again: `dockmon update recover`\n")


def test_its_document_is_the_whole_of_it(shown: dict[str, str]) -> None:
    done = show(shown, "fa11", "-o", "json")
    check(done.document, "update-show")
    (item,) = done.document["items"]
    assert (item["op"], item["phase"], item["duration_s"], len(item["steps"])) == ("fa11ed", "closed", 4.0, 4)
    assert show(shown, "fa11", "-o", "name").out == "nas/web\n"


@pytest.mark.parametrize(("op", "code", "words"), [("nope", "not_found", "no operation"), ("fa1", "ambiguous", "fa12")])
def test_what_names_none_or_several_is_exit_5(shown: dict[str, str], op: str, code: str, words: str) -> None:
    done = show(shown, op, "-o", "json")
    check(done.document, "update-show")
    (error,) = done.document["errors"]
    assert (done.code, error["code"]) == (5, code)
    assert words in error["message"]


def said(**changes: Any) -> str:
    return what_to_do(replace(FAILED, **changes))


def test_every_ending_but_a_rollback_has_a_next_step() -> None:
    assert "the way back failed, and nothing is removed" in said(phase="back", result="rollback_failed")
    assert "`dockmon update recover`" in said(phase="forward", result=None)
    assert "the new one runs" in said(phase="committed", result="updated", reason=None)
    assert "the version of dockmon that began it" in said(phase="forward", result="interrupted", plan={"v": 9})
    assert "`dockmon update rollback nas/web --to fa11ed`" in said(result="updated", reason=None)
    assert said(result="updated", reason="rollback") == ""
    gone = "the container was gone, and dockmon made no other: make it again as you made it"
    assert said(facts={"ended_as": "gone"}) == said(facts={"ended_as": "gone"}, result="failed") == gone


@pytest.mark.parametrize(
    ("ended", "steps", "words"),
    [
        ("old", ("pull", "lock"), "nothing was changed"),
        ("old", ("pull", "create_beside"), "the original was not touched"),
        ("old", ("stop", "start_old"), "the original runs again"),
        ("old", ("disarm", "rearm"), "the original is back as it was"),
        ("old", ("stop", "recreate_old"), "a new container of the old image is in its place"),
        ("replaced", ("stop", "set_aside", "take_back_name"), "what somebody else made is in its place"),
        (None, ("stop", "start_old"), "see what is there now: `dockmon ps -a --host nas --filter name=web`"),
    ],
)
def test_after_a_way_back_it_tells_what_is_there_as_far_as_the_row_shows_it(
    ended: str | None, steps: tuple[str, ...], words: str
) -> None:
    rows = {"facts": {"ended_as": ended} if ended else {}, "steps": tuple(StepRecord(name, NOW) for name in steps)}
    failed = said(result="failed", reason="disk_full", **rows)
    assert failed == f"{words}; when the reason is gone: `dockmon update apply nas/web`"
    assert said(**rows) == f"{words}; when the image is mended: `dockmon update apply nas/web`"
    again = said(reason="interrupted", purpose="rollback", **rows)
    assert again == f"{words}; to try once more: `dockmon update rollback nas/web`"
