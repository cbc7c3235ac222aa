"""Watching, from outside, how far a running dockmon is: by what it wrote into its journal."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.operation import Operation
from tests.e2e.driver import Dockmon

PATIENCE_S = 120.0
LOOK_EVERY_S = 0.02


def rows(dockmon: Dockmon) -> list[Operation]:
    """All operations of its journal, newest first."""
    with Store(dockmon.state / "dockmon.db") as store:
        return store.journal.history(limit=1000)


def wait_for_step(dockmon: Dockmon, process: subprocess.Popen[str], step: str, name: str = "") -> str:
    """Return the name of the first container (or of NAME) whose swap begins this step; fail when the process ends."""
    deadline = time.monotonic() + PATIENCE_S
    with Store(dockmon.state / "dockmon.db") as store:
        while time.monotonic() < deadline:
            for row in store.journal.history(limit=100):
                if row.name == (name or row.name) and any(record.name == step for record in row.steps):
                    return row.name
            assert process.poll() is None, process.communicate()
            time.sleep(LOOK_EVERY_S)
    raise AssertionError(f"nothing came to {step}")


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Leave no byte free where FOLDER is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                size = size if file.write(b"\0" * size) == size else size // 2
            except OSError:
                size //= 2
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of this size at FOLDER for as long as the block lasts."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "lab", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
