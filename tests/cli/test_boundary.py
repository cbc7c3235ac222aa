"""Errors become a message and an exit code in one place."""

import asyncio
import json

import pytest

from dockmon_cli.cli.boundary import guarded
from dockmon_cli.cli.settings import Settings
from dockmon_cli.core.errors import ConfigError, DockmonError, HostError, NotFound, StoreError, UsageError


def leave(error: BaseException, **settings: object) -> int:
    def work() -> int:
        raise error

    return guarded(work, Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2), (NotFound("x"), 5), (StoreError("x"), 6), (ConfigError(["x"]), 7),
        (HostError("refused", "x"), 1), (HostError("tls_ca", "x"), 4), (KeyboardInterrupt(), 130),
        (ExceptionGroup("", [NotFound("x"), NotFound("y")]), 5),
        (ExceptionGroup("", [NotFound("x"), ExceptionGroup("", [StoreError("y")])]), 1),
        (BaseExceptionGroup("", [NotFound("x"), KeyboardInterrupt()]), 130),
        (ZeroDivisionError("x"), 1),
    ],
)  # fmt: skip
def test_each_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert leave(error) == code


def test_what_was_returned_is_the_exit_code_and_nothing_is_0() -> None:
    assert (guarded(lambda: 9, Settings()), guarded(lambda: None, Settings())) == (9, 0)


def test_an_error_is_told_with_its_place_and_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    leave(HostError("refused", "nobody listens at 10.0.0.5:2376", "is dockerd running there?", host="nas"))
    assert capsys.readouterr().err == "nas: nobody listens at 10.0.0.5:2376\n  is dockerd running there?\n"


def test_the_errors_of_a_task_group_are_each_told(capsys: pytest.CaptureFixture[str]) -> None:
    async def fail(name: str) -> None:
        raise NotFound(f"no container is called {name}", target=name)

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("a"))
            group.create_task(fail("b"))

    assert guarded(lambda: asyncio.run(both()), Settings(output="json")) == 5
    document = json.loads(capsys.readouterr().out)
    assert [(e["target"], e["code"]) for e in document["errors"]] == [("a", "not_found"), ("b", "not_found")]


def test_an_interrupted_command_still_ends_its_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(KeyboardInterrupt(), output="json") == 130
    document = json.loads(capsys.readouterr().out)
    assert (document["items"], [e["code"] for e in document["errors"]]) == ([], ["interrupted"])
    assert (leave(KeyboardInterrupt()), capsys.readouterr()) == (130, ("", ""))


def test_problems_of_a_configuration_share_one_hint(capsys: pytest.CaptureFixture[str]) -> None:
    leave(ConfigError(["f:1: a", "f:2: b"], "see the page"))
    assert capsys.readouterr().err == "dockmon: f:1: a\ndockmon: f:2: b\n  see the page\n"


def test_what_nobody_expected_is_one_line_and_how_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(ZeroDivisionError("by\x1b zero")) == 1
    err = capsys.readouterr().err
    assert err.startswith("dockmon: unexpected ZeroDivisionError: by zero\n  ")
    assert "DOCKMON_DEBUG=1" in err
    assert "Traceback" not in err


def test_the_traceback_comes_only_for_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    leave(ZeroDivisionError("x"), env={"DOCKMON_DEBUG": "1"})
    assert "Traceback" in capsys.readouterr().err


def test_an_unexpected_error_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    leave(ZeroDivisionError("x"), output="json")
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "internal"


def test_every_error_class_of_ours_is_told_by_its_own_code(capsys: pytest.CaptureFixture[str]) -> None:
    def below(cls: type[DockmonError]) -> list[type[DockmonError]]:
        return [cls, *(inner for child in cls.__subclasses__() for inner in below(child))]

    plain = [cls for cls in below(DockmonError) if cls.__init__ is DockmonError.__init__]
    assert len(plain) > 5
    for cls in plain:
        assert leave(cls("x"), output="json") == cls.exit_code
        assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == cls.code
