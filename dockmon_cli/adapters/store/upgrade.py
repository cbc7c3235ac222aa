"""Bringing the tables up to date, in a process of its own: Alembic's memory is gone when it is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dockmon_cli
from dockmon_cli.core.errors import StoreError

DEADLINE_S = 300.0

# -P keeps the current folder off the module path; ours comes last, for a checkout that is not installed.
_CODE = """\
import sys
sys.path.append(sys.argv[1])
from dockmon_cli.adapters.store.migrate import main
main(sys.argv[2])
"""


def upgrade(path: Path) -> None:
    """Bring the store at `path`, an existing file, to version HEAD: whole or not at all. Raise StoreError."""
    root = Path(dockmon_cli.__file__).parent.parent
    command = [sys.executable, "-P", "-c", _CODE, str(root), str(path)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(path, str(error)) from error
    if done.returncode:
        message, _, hint = done.stdout.partition("\n")
        raise StoreError(message, hint.strip()) if message else _failed(path, done.stderr)


def _failed(path: Path, why: str) -> StoreError:
    last = why.strip().splitlines()[-1:] or ["no reason given"]
    return StoreError(
        f"the tables of the store {path} could not be brought up to date: {last[0]}",
        "the store is as it was; try again, and if it stays so please report it with this message",
    )
