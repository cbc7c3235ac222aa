"""docs/architecture.md keeps up with the program."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from dockmon_cli.cli.app import command
from dockmon_cli.cli.loading import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text()


def commands() -> set[str]:
    """Every command as it is typed, from the program itself."""
    found = set()
    for name in COMMANDS:
        loaded = command(name)
        children = getattr(loaded, "commands", None)
        found |= {f"{name} {child}" for child in children} if children else {name}
    return found


def test_every_command_is_in_the_table_and_nothing_else_is() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    table = rows[: next(place for place, line in enumerate(rows) if line.startswith("| `version`")) + 1]
    listed = {name for line in table for name in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert listed == commands()


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:cli|services|core|adapters)/[a-z_/]+(?:\.py)?)", PAGE))
    assert named
    assert [path for path in sorted(named) if not (ROOT / "dockmon_cli" / path).exists()] == []


def test_every_dependency_is_written_down() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.match(r"[a-z0-9]+", text)[0] for text in project["dependencies"]}  # type: ignore[index]
    table = PAGE[PAGE.index("## Dependencies") :]
    rows = re.findall(r"^\| ([a-z0-9, ]+?)(?: \([^)]*\))? \|", table, flags=re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} == declared
