"""Questions are asked at terminals only."""

import sys

import pytest

from dockmon_cli.cli.prompt import parse_choice
from dockmon_cli.core.errors import UsageError
from tests.cli.program import at_terminal, process

PROGRAM = """
import sys
from dockmon_cli.cli.boundary import guarded
from dockmon_cli.cli.prompt import confirm
from dockmon_cli.cli.settings import Settings
sys.exit(guarded(lambda: print("GO" if confirm("Remove nas?", yes="--yes" in sys.argv) else "STAY"), Settings()))
"""


@pytest.mark.parametrize(
    ("typed", "answer"), [("y\n", "GO"), ("YES\n", "GO"), ("n\n", "STAY"), ("\n", "STAY"), ("\x04", "STAY")]
)
def test_only_yes_is_a_go_ahead(typed: str, answer: str, env: dict[str, str]) -> None:
    shown = at_terminal(sys.executable, "-c", PROGRAM, env=env, typed=typed)
    assert shown.code == 0
    assert "Remove nas? [y/N]" in shown.out
    assert answer in shown.out


def test_without_a_terminal_it_is_refused_and_yes_is_named(env: dict[str, str]) -> None:
    told = process(code=PROGRAM, env=env)
    assert (told.code, told.out) == (2, "")
    assert "--yes" in told.err


def test_yes_answers_without_a_question(env: dict[str, str]) -> None:
    told = process("--yes", code=PROGRAM, env=env)
    assert (told.code, told.out, told.err) == (0, "GO\n", "")


@pytest.mark.parametrize(
    ("answer", "places"),
    [("all", (0, 1, 2, 3, 4)), ("none", ()), ("", ()), ("1 3-5", (0, 2, 3, 4)), ("2,2", (1,)), ("5 1", (0, 4))],
)
def test_numbers_and_ranges_choose_lines(answer: str, places: tuple[int, ...]) -> None:
    assert parse_choice(answer, 5) == places


@pytest.mark.parametrize("answer", ["6", "0", "3-1", "x", "1-", "-1", "1-2-3"])
def test_an_answer_without_meaning_is_refused(answer: str) -> None:
    with pytest.raises(UsageError):
        parse_choice(answer, 5)
