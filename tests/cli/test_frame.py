"""Global options, help, and how mistakes on the command line are told."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dockmon_cli import __version__
from dockmon_cli.cli.loading import COMMANDS
from tests.cli.program import process


@pytest.mark.parametrize("words", [("--help",), ("-h",), ()])
def test_help_lists_every_command_of_the_table(words: tuple[str, ...], env: dict[str, str]) -> None:
    shown = process(*words, env=env)
    assert (shown.code, shown.err) == (0, "")
    assert all(f"  {name}" in shown.out and text in shown.out for name, (_module, text) in COMMANDS.items())
    assert max(map(len, shown.out.splitlines())) <= 80


def test_help_loads_typer_and_nothing_heavy(env: dict[str, str]) -> None:
    code = (
        "import sys\nfrom dockmon_cli.__main__ import run\nrun(['--help'], {})\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = set(process(env=env, code=code).out.rpartition("LOADED")[2].split())
    heavy = {"docker", "requests", "asyncio", "rich", "httpx", "sqlmodel", "sqlalchemy", "pydantic", "yaml", "tabulate",
             "tomli", "sqlite3", "alembic", "tenacity", "json"}  # fmt: skip
    assert "typer" in loaded
    assert loaded & heavy == set()


def test_no_command_s_module_is_loaded_by_help(env: dict[str, str]) -> None:
    code = (
        "import sys\nfrom dockmon_cli.__main__ import run\nrun(['-h'], {})\n"
        "print('LOADED', *[name for name in sys.modules if name.startswith('dockmon_cli.')])"
    )
    loaded = set(process(env=env, code=code).out.rpartition("LOADED")[2].split())
    assert loaded & {module for module, _text in COMMANDS.values()} == set()


@pytest.mark.parametrize("name", [*COMMANDS])
def test_every_command_of_the_table_loads_and_has_help(name: str, env: dict[str, str]) -> None:
    shown = process(name, "-h", env=env)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Usage: dockmon {name}")
    assert "before or" in shown.out


@pytest.mark.parametrize(
    "words", [("-o", "json", "version"), ("version", "-o", "json"), ("version", "-ojson"), ("--output=json", "version")]
)
def test_a_global_option_stands_before_or_after_the_command(words: tuple[str, ...], env: dict[str, str]) -> None:
    assert process(*words, env=env).document["items"][0]["version"] == __version__


def test_the_later_of_two_options_holds(env: dict[str, str]) -> None:
    assert process("-o", "json", "version", "-o", "name", env=env).out == "dockmon\n"


def test_a_global_option_stands_between_group_and_command(env: dict[str, str]) -> None:
    assert process("config", "-o", "name", "show", env=env).out.splitlines()[0] == "timezone"


def test_version_is_an_option_too(env: dict[str, str]) -> None:
    assert process("--version", env=env).out == f"dockmon {__version__}\n"


def test_quiet_prints_nothing_but_what_was_asked_for_by_format(env: dict[str, str]) -> None:
    assert process("-q", "version", env=env).out == ""
    assert process("-q", "version", "-o", "name", env=env).out == "dockmon\n"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("udpate",), "`dockmon` has no command 'udpate'", "did you mean update?"),
        (("config", "chekc"), "`dockmon config` has no command 'chekc'", "did you mean check?"),
        (("xyzzy",), "`dockmon` has no command 'xyzzy'", "its commands: hosts, ps,"),
        (("version", "--tiemout", "3"), "`dockmon version` has no option --tiemout", "did you mean --timeout?"),
        (("version", "--xyzzy"), "`dockmon version` has no option --xyzzy", "`dockmon version -h` shows"),
        (("-o", "jsn", "version"), "'jsn' is no output format", "did you mean json?"),
        (("version", "--timeout", "soon"), "--timeout: 'soon' is no duration", "a number alone is seconds"),
        (("version", "--timeout", "0"), "--timeout must be more than 0", "like 5s or 1m"),
        (("version", "--state"), "option '--state' requires an argument", "-h` shows"),
        (("version", "extra"), "got unexpected extra argument", "`dockmon version -h` shows"),
        (("-q",), "missing command", "`dockmon -h` shows"),
    ],
)
def test_a_mistake_is_2_with_what_is_wrong_and_the_next_step(
    words: tuple[str, ...], message: str, hint: str, env: dict[str, str]
) -> None:
    told = process(*words, env=env)
    assert (told.code, told.out) == (2, "")
    first, second = told.err.splitlines()
    assert first.startswith(f"dockmon: {message}")
    assert second.startswith("  ")
    assert hint in second


@pytest.mark.parametrize("words", [("version", "--xyzzy", "-o", "json"), ("-o", "json", "udpate"), ("-qojson", "nope")])
def test_with_json_the_document_comes_for_usage_errors_too(words: tuple[str, ...], env: dict[str, str]) -> None:
    told = process(*words, env=env)
    assert told.code == 2
    assert told.document["items"] == []
    assert [error["code"] for error in told.document["errors"]] == ["usage"]


def test_with_yaml_the_document_comes_for_usage_errors_too(env: dict[str, str]) -> None:
    told = process("nope", "--output", "yaml", env=env)
    assert (told.code, yaml.safe_load(told.out)["errors"][0]["code"]) == (2, "usage")


@pytest.mark.parametrize("form", ["jsonl", "name"])
def test_with_jsonl_and_name_errors_are_on_stderr_only(form: str, env: dict[str, str]) -> None:
    told = process("nope", "-o", form, env=env)
    assert (told.code, told.out) == (2, "")
    assert "no command" in told.err


def test_a_format_after_a_double_dash_is_no_option(env: dict[str, str]) -> None:
    assert process("nope", "--", "-o", "json", env=env).out == ""


def test_terminal_escapes_in_what_was_typed_do_not_come_back(env: dict[str, str]) -> None:
    told = process("ev\x1b[31mil", env=env)
    assert "\x1b" not in told.err


def test_bytes_that_are_no_text_are_told_and_not_died_of(env: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dockmon_cli", b"\xff\xfe", "-o", "json"], capture_output=True, env=env, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "usage"
    assert b"Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(env: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dockmon_cli", "config", "show"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(timeout=30)) == (b"", 0)


def test_ctrl_c_leaves_with_130_and_no_traceback(env: dict[str, str], tmp_path: Path) -> None:
    code = (
        # Whoever runs the tests in the background may have told them to ignore Ctrl-C.
        "import signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from dockmon_cli.cli.boundary import guarded\nfrom dockmon_cli.cli.settings import Settings\n"
        "def wait():\n    print('ready', flush=True)\n    time.sleep(30)\n"
        "raise SystemExit(guarded(wait, Settings()))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert (process.wait(timeout=30), process.stderr.read()) == (130, b"")


@pytest.mark.parametrize("wanted", ["table", "json"])
def test_a_full_disk_under_the_output_is_one_line_and_a_failure(env: dict[str, str], wanted: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dockmon_cli", "config", "show", "-o", wanted],
            stdout=full, stderr=subprocess.PIPE, env=env, check=False, timeout=60,
        )  # fmt: skip
    first, *rest = done.stderr.decode().splitlines()
    assert (done.returncode, first) == (1, "dockmon: the output can't be written: No space left on device")
    assert rest == ["  free some space, or write it elsewhere; what was done is done"]


@pytest.mark.parametrize("wanted", ["table", "json"])
def test_what_else_went_wrong_is_told_on_a_full_disk_too_and_decides_the_exit_code(
    env: dict[str, str], wanted: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dockmon_cli", "ps", "nowhere/web", "-o", wanted],
            stdout=full, stderr=subprocess.PIPE, env=env, check=False, timeout=60,
        )  # fmt: skip
    said = done.stderr.decode()
    assert (done.returncode, "no host is called nowhere" in said) == (5, True), said
    assert ("can't be written" in said) is (wanted == "json")


@pytest.mark.parametrize("words", [("bogus", "-o", "json"), ("--help",), ("update", "-h")])
def test_errors_and_help_for_a_full_disk_are_told_without_a_traceback(
    env: dict[str, str], words: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dockmon_cli", *words],
            stdout=full, stderr=subprocess.PIPE, env=env, check=False, timeout=60,
        )  # fmt: skip
    said = done.stderr.decode()
    assert (done.returncode, "Traceback" in said, "mistake" in said) == (2 if "bogus" in words else 1, False, False)
    assert said.startswith("dockmon: ")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-"])
def test_a_stream_that_the_caller_closed_is_nowhere(env: dict[str, str], closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m dockmon_cli config show {closed}', sys.executable],
        capture_output=True, env=env, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert bool(done.stdout) == (">&-" not in closed.replace("2>&-", ""))
