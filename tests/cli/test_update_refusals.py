"""`dockmon update apply` where it is refused, declined or has nothing to do: nothing changes, and the code says why."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.cli.schemas import check
from tests.cli.updates import Scene, dockmon_on, furnish
from tests.e2e.shelf import untouched
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def scene(
    lab: Lab,
    _shared_engine: Callable[[str], Engine],
    _shared_registry: Registry,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """One host for all tests of this module: none of them changes anything."""
    engine = _shared_engine(DEFAULT)
    engine.clean()
    with dockmon_on(engine, _shared_registry, tmp_path_factory.mktemp("refusing")) as found:
        furnish(found, lab.address)
        with untouched(found.on):
            yield found


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--all"),
        (("--yes",), "--all"),
        (("--dry-run",), "--all"),
        (("--all",), "--yes"),
        (("nas/web",), "--yes"),
        (("nas/web", "--force"), "--yes"),
        (("--host", "nas"), "--yes"),
        (("--all", "nas/web", "--yes"), "--all"),
        (("nas/web", "--yes", "--max-parallel", "0"), "max-parallel"),
        (("nas/web", "--yes", "--verify-timeout", "soon"), "--verify-timeout"),
        (("nas/web", "--yes", "--verify-timeout", "0s"), "--verify-timeout"),
        (("", "--yes"), "TARGET"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    scene: Scene, words: tuple[str, ...], says: str
) -> None:
    scene.registry.clear_requests()
    done = scene.run("apply", *words, "-o", "json")
    (error,) = done.document["errors"]
    assert (done.code, error["code"]) == (2, "usage")
    assert says in error["message"] + error["hint"]
    assert scene.registry.requests == []


@pytest.mark.parametrize(
    ("words", "code", "results"),
    [
        (("nas/db",), 1, {"db": ("needs_confirmation", "warn")}),
        (("--filter", "name=db"), 0, {"db": ("needs_confirmation", "warn")}),
        (("nas/prod",), 1, {"prod": ("blocked", "policy")}),
        (("nas/prod", "--force"), 1, {"prod": ("blocked", "policy")}),
        (("--filter", "name=prod", "--force"), 0, {"prod": ("blocked", "policy")}),
        (("nas/skip",), 1, {"skip": ("skipped", "ignored")}),
        (("--filter", "name=skip"), 0, {"skip": ("skipped", "ignored")}),
        (("nas/same",), 0, {"same": ("unchanged", None)}),
        (("nas/pin", "nas/same"), 0, {"pin": ("unchanged", "pinned"), "same": ("unchanged", None)}),
        (("--filter", "name=same"), 0, {}),
        (("--filter", "name=idle"), 0, {"idle": ("skipped", "stopped")}),
        (("nas/far",), 1, {"far": ("failed", "unreachable")}),
        (("--filter", "name=far"), 0, {"far": ("skipped", "stopped")}),
        (("--filter", "name=far", "--filter", "status=created"), 1, {"far": ("failed", "unreachable")}),
        (("nas/far", "nas/same"), 3, {"far": ("failed", "unreachable"), "same": ("unchanged", None)}),
        (("--filter", "update=available", "--filter", "name=[pds]*", "--filter", "name=idle"), 0, None),
        (("nas/nobody",), 5, {}),
        (("nas/nobody", "nas/same"), 3, {"same": ("unchanged", None)}),
        (("--tag", "nobody-has-it"), 0, {}),
    ],
)
def test_results_and_codes_differ_between_what_was_named_and_what_was_selected(
    scene: Scene, words: tuple[str, ...], code: int, results: dict[str, tuple[str, str | None]] | None
) -> None:
    done = scene.run("apply", *words, "--yes", "-o", "json")
    check(done.document, "update-apply")
    found = {item["name"]: (item["result"], item["reason"]) for item in done.document["items"]}
    assert done.code == code
    assert found == (found if results is None else results)
    assert all(item["message"] for item in done.document["items"] if item["result"] != "unchanged")
    assert bool(done.document["errors"]) is (code != 0)


def test_stopped_ones_are_counted_in_words(scene: Scene) -> None:
    done = scene.run("apply", "--filter", "name=idle", "--filter", "name=same", "--yes")
    assert "1 stopped container left out: name one to update it" in done.err.splitlines()
    assert "nas/idle" in done.out


@pytest.mark.parametrize("answers", ["n\n", "\n", "maybe\n", "\x04"])
def test_any_answer_but_yes_changes_nothing(scene: Scene, answers: str) -> None:
    done = scene.typed("apply", "nas/web", answers=answers)
    assert done.code == 0
    assert "Update 1 container? [y/N]" in done.out
    assert "nothing changed" in done.out


def test_a_warning_is_asked_on_its_own_and_yes_is_no_answer_to_it(scene: Scene) -> None:
    declined = scene.typed("apply", "nas/db", answers="n\n")
    assert declined.code == 0
    assert "nas/db: its policy is warn. Update it all the same? [y/N]" in declined.out
    assert "nothing changed" in declined.out
    assert "needs_confirmation" in declined.out
    yes = scene.typed("apply", "nas/db", "--yes", answers="y\n")
    assert (yes.code, "Update it" in yes.out) == (1, False)


@pytest.mark.parametrize(("answers", "code"), [("none\n", 0), ("\n", 0), ("9\n", 2), ("web\n", 2), ("2\nn\n", 0)])
def test_without_a_target_the_numbered_plan_asks_which(scene: Scene, answers: str, code: int) -> None:
    done = scene.typed("apply", answers=answers)
    lines = [line.split()[:2] for line in done.out.splitlines()]
    assert ["1", "nas/web"] in lines
    assert ["2", "nas/db"] in lines
    assert "Which? [all, 1 3-5, none]" in done.out
    assert "blocked: its policy is block" in done.out
    assert done.code == code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_at_the_question_leaves_at_once(scene: Scene, number: signal.Signals) -> None:
    master, slave = pty.openpty()
    argv = [sys.executable, "-m", "dockmon_cli", "update", "apply", "nas/web"]
    process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=dict(scene.env))
    os.close(slave)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(master, 4096)
    process.send_signal(number)
    assert process.wait(timeout=60) == 130
    os.set_blocking(master, False)
    with suppress(OSError):
        shown = os.read(master, 65536)
    os.close(master)
    assert [word for word in (b"Traceback", b"brought to its end") if word in shown] == []


def test_recover_and_history_have_nothing_to_tell(scene: Scene) -> None:
    assert scene.run("recover").err == "nothing to recover\n"
    for words in (("history",), ("history", "nas/web"), ("recover",)):
        done = scene.run(*words, "-o", "json")
        check(done.document, f"update-{words[0]}")
        assert (done.code, done.document["items"], done.document["errors"]) == (0, [], [])
    assert scene.run("history", "nas/nobody").code == 5
    assert scene.run("history", "--limit", "0").code == 2
