"""Configuration files on a real disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dockmon_cli.adapters.config_file import DiskConfigFiles
from dockmon_cli.core.errors import ConfigError, UsageError

FILES = DiskConfigFiles()


def problem(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        FILES.read(str(path))
    assert caught.value.hint
    (text,) = caught.value.problems
    return text


def test_a_file_is_read_whole_with_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d.toml").write_text("[update]\nlookups = 3\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    file = FILES.read("d.toml")
    assert (file.path, file.document) == (str(tmp_path / "d.toml"), {"update": {"lookups": 3}})
    assert file.text.splitlines() == ["[update]", "lookups = 3"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = [1,\n", ":2: column 1:"),
        ("a = 1\na = 2\n", ":2: column"),
        ("[x\n", ":1: column 3:"),
        ("[x.y]\n[x.y]\n", ":2: column 5: cannot declare x.y twice"),
        ("é = ü", ":1: column"),
    ],
)
def test_a_syntax_error_is_one_error_with_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "d.toml").write_text(text, encoding="utf-8")
    assert f"d.toml{place}" in problem(tmp_path / "d.toml")


def test_what_is_missing_a_folder_or_not_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'a = "\xe9"')
    assert "is not there" in problem(tmp_path / "none.toml")
    assert "can't be read: Is a directory" in problem(tmp_path)
    assert "is not UTF-8 text (byte 5)" in problem(tmp_path / "latin.toml")


def test_a_file_that_may_not_be_read_says_so_also_when_it_is_only_looked_for(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    file = tmp_path / "closed" / "d.toml"
    file.write_text("", encoding="utf-8")
    file.parent.chmod(0)
    tmp_path.chmod(0o755)
    code = (
        "import os, sys\n"
        "from dockmon_cli.adapters.config_file import DiskConfigFiles\n"
        "os.geteuid() or os.setuid(65534)\n"
        "DiskConfigFiles().first([sys.argv[1]])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert "can't be read: Permission denied" in done.stderr


def test_deep_nesting_is_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    assert "d.toml" in problem(tmp_path / "d.toml")


def test_the_first_that_is_there_is_the_only_one_read(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text("x = 1", encoding="utf-8")
    (tmp_path / "c.toml").write_text("broken", encoding="utf-8")
    found = FILES.first([str(tmp_path / name) for name in ("a.toml", "b.toml/x", "b.toml", "c.toml")])
    assert found is not None
    assert found.document == {"x": 1}
    assert FILES.first([str(tmp_path / "a.toml")]) is None


def test_a_new_file_is_written_with_its_folder_and_replaced_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "new" / "d.toml"
    FILES.write_new(str(path), "one", replace=False)
    with pytest.raises(UsageError, match="is there already"):
        FILES.write_new(str(path), "two", replace=False)
    assert path.read_text(encoding="utf-8") == "one"
    FILES.write_new(str(path), "two", replace=True)
    assert path.read_text(encoding="utf-8") == "two"


def test_what_can_t_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="can't be written"):
        FILES.write_new(str(tmp_path / "file" / "d.toml"), "", replace=False)


def test_the_first_line_of_a_key_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text("ssh-ed25519 AAAA" + os.linesep + "more", encoding="utf-8")
    assert FILES.first_line(str(tmp_path / "key.pub")) == "ssh-ed25519 AAAA"
