"""`dockmon config`, and which configuration holds."""

import json
from pathlib import Path

import pytest

from tests.cli.program import dockmon


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the environment of these tests looks for the user's configuration."""
    path = tmp_path / "config/dockmon/dockmon.toml"
    path.parent.mkdir(parents=True)
    return path


def shown(env: dict[str, str], *words: str) -> dict[str, tuple[object, str]]:
    items = dockmon("config", "show", "-o", "json", *words, env=env).document["items"]
    return {item["key"]: (item["value"], item["origin"]) for item in items}


def test_a_valid_file_is_said_to_be_by_its_name(file: Path, env: dict[str, str]) -> None:
    file.write_text("update.lookups = 3\n", encoding="utf-8")
    told = dockmon("config", "check", env=env)
    assert (told.code, told.out, told.err) == (0, f"{file} is valid\n", "")


def test_an_empty_file_is_valid(file: Path, env: dict[str, str]) -> None:
    file.touch()
    assert dockmon("config", "check", env=env).code == 0


def test_no_file_is_valid_too_and_says_where_it_was_looked_for(env: dict[str, str]) -> None:
    told = dockmon("config", "check", env=env)
    assert told.code == 0
    assert "/etc/dockmon/dockmon.toml" in told.out


def test_all_mistakes_of_file_and_environment_come_at_once(file: Path, env: dict[str, str]) -> None:
    file.write_text("[update]\nlookups = 'x'\nmax_paralel = 2\n", encoding="utf-8")
    told = dockmon("config", "check", "-o", "json", env={**env, "DOCKMON_UPDATE_MAX_PARALLEL": "no"})
    assert told.code == 7
    assert [error["message"] for error in told.document["errors"]] == [
        f"{file}:2: update.lookups must be a whole number, not a text",
        f"{file}:3: unknown key update.max_paralel, did you mean update.max_parallel?",
        "DOCKMON_UPDATE_MAX_PARALLEL: must be a whole number, not 'no'",
    ]
    assert {error["code"] for error in told.document["errors"]} == {"config"}


def test_a_syntax_error_is_one_error_with_line_and_column(file: Path, env: dict[str, str]) -> None:
    file.write_text("[update]\nlookups = = 3\nmax_paralel = 1\n", encoding="utf-8")
    told = dockmon("config", "check", env=env)
    assert told.code == 7
    assert told.err.startswith(f"dockmon: {file}:2: column 11: ")
    assert len(told.err.splitlines()) == 2


def test_environment_beats_file_and_file_beats_default(file: Path, env: dict[str, str]) -> None:
    file.write_text("update.lookups = 3\nupdate.max_parallel = 4\n", encoding="utf-8")
    values = shown({**env, "DOCKMON_UPDATE_MAX_PARALLEL": "5"})
    assert values["update.lookups"] == (3, f"{file}:1")
    assert values["update.max_parallel"] == (5, "environment:DOCKMON_UPDATE_MAX_PARALLEL")
    assert values["update.verify.stable_for"] == (10.0, "default")


def test_a_file_named_by_flag_or_environment_is_the_only_one_read(
    file: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    file.write_text("update.lookups = 3\n", encoding="utf-8")
    for name in ("flag", "env"):
        (tmp_path / name).write_text("update.max_parallel = 4\n", encoding="utf-8")
    by_env = {**env, "DOCKMON_CONFIG": str(tmp_path / "env")}
    assert shown(by_env)["update.lookups"] == (16, "default")
    assert shown(by_env)["update.max_parallel"] == (4, f"{tmp_path}/env:1")
    assert shown(by_env, "--config", str(tmp_path / "flag"))["update.max_parallel"] == (4, f"{tmp_path}/flag:1")


def test_a_named_file_that_is_missing_is_7(env: dict[str, str], tmp_path: Path) -> None:
    told = dockmon("config", "check", "--config", str(tmp_path / "none.toml"), env=env)
    assert told.code == 7
    assert "none.toml is not there" in told.err


def test_show_tells_where_each_came_from_when_asked(env: dict[str, str]) -> None:
    plain, full = (dockmon("config", "show", *words, env=env).out.splitlines() for words in ((), ("--origin",)))
    assert plain[0].split() == ["KEY", "VALUE"]
    assert full[0].split() == ["KEY", "ORIGIN", "VALUE"]
    assert full[-2].split() == ["update.verify.stable_for", "default", "10s"]


def test_show_has_declared_hosts_and_reads_host_keys_from_files(file: Path, env: dict[str, str]) -> None:
    (file.parent / "edge.pub").write_text("ssh-ed25519 AAAA\n", encoding="utf-8")
    file.write_text("hosts.edge = { url = 'ssh://ops@edge', ssh_host_key = './edge.pub' }\n", encoding="utf-8")
    assert shown(env)["hosts.edge.url"] == ("ssh://ops@edge", f"{file}:1")
    (file.parent / "edge.pub").unlink()
    told = dockmon("config", "check", env=env)
    assert told.code == 7
    assert "edge.pub is not there" in told.err


def test_init_writes_a_valid_file_and_never_over_one(file: Path, env: dict[str, str]) -> None:
    written = dockmon("config", "init", env=env)
    assert (written.code, written.out) == (0, f"{file} written\n")
    assert dockmon("config", "check", env=env).out == f"{file} is valid\n"
    file.write_text("update.lookups = 3\n", encoding="utf-8")
    refused = dockmon("config", "init", env=env)
    assert refused.code == 2
    assert "--force" in refused.err
    assert file.read_text(encoding="utf-8") == "update.lookups = 3\n"
    assert dockmon("config", "init", "--force", env=env).code == 0
    assert "lookups = 16" in file.read_text(encoding="utf-8")


def test_a_password_in_a_url_is_refused_and_shown_nowhere(file: Path, env: dict[str, str]) -> None:
    file.write_text("hosts.edge.url = 'ssh://ops:s3cret@edge'\n", encoding="utf-8")
    told = dockmon("config", "show", "-o", "json", env={**env, "DOCKMON_DEBUG": "1"})
    assert told.code == 7
    assert "s3cret" not in told.out + told.err
    assert json.loads(told.out)["items"] == []
