"""The twenty things that must hold are all tested here, each by one test that begins with its number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

NUMBERED = re.compile(r"test_(\d+)_")


def numbers(folder: Path) -> list[int]:
    """The numbers of the tests in the modules of a folder, sorted."""
    modules = [ast.parse(file.read_text()) for file in folder.glob("test_*.py")]
    names = [node.name for module in modules for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    return sorted(int(found[1]) for name in names if (found := NUMBERED.match(name)))


def test_each_of_the_twenty_has_one_test_with_its_number() -> None:
    assert numbers(Path(__file__).parent) == list(range(1, 21))


def test_a_number_that_is_missing_or_there_twice_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text("def test_01_this(): ...\ndef test_03_that(): ...\n")
    (tmp_path / "test_more.py").write_text("def test_03_that_again(): ...\ndef test_without(): ...\n")
    assert numbers(tmp_path) == [1, 3, 3]
