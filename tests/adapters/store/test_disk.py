"""What the disk and its permissions refuse is exit 6 with the reason, and takes nothing that was stored."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.errors import StoreError
from tests.adapters.store.refusals import WAYS, refusal_of, write
from tests.adapters.store.samples import operation

NOBODY = 65534


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def _as_nobody() -> Iterator[None]:
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@WAYS
@pytest.mark.parametrize("closed", ["file", "folder"])
def test_what_another_user_owns_is_refused_with_the_reason(
    path: Path, open_to_all: Path, use: Callable[[Path], None], closed: str
) -> None:
    folder = open_to_all / "state"
    folder.mkdir(mode=0o700 if closed == "folder" else 0o755)
    shutil.copy2(path, folder / "dockmon.db")
    with _as_nobody():
        refusal = refusal_of(use, folder / "dockmon.db")
    assert "can't be opened: permission denied" in refusal.message
    assert str(folder) in refusal.hint


def test_a_state_folder_that_can_not_be_made_is_refused_with_the_reason(open_to_all: Path) -> None:
    with _as_nobody():
        refusal = refusal_of(write, open_to_all / "state" / "dockmon.db")
    assert "can't be opened: permission denied" in refusal.message
    assert list(open_to_all.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k,mode=0700", "dockmon-test", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_takes_nothing_that_was_stored(small_disk: Path) -> None:
    path = small_disk / "dockmon.db"
    stored: list[str] = []
    with Store(path) as store, pytest.raises(StoreError, match="the disk is full"):
        _fill(store, stored)
    assert len(stored) > 3
    with Store(path) as store:
        assert [row.op for row in store.journal.history(limit=1000)] == stored[::-1]


def _fill(store: Store, stored: list[str]) -> None:
    for number in range(1000):
        store.journal.open_operation(operation(f"op{number:03}", plan={"spec": "x" * 20_000}))
        stored.append(f"op{number:03}")


def test_a_disk_too_full_for_the_first_tables_is_told(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 500 * 1024)
    assert "the disk is full" in refusal_of(write, small_disk / "dockmon.db").message


@pytest.mark.parametrize("there", [True, False])
def test_a_read_only_file_system_refuseswrites_with_the_reason(path: Path, small_disk: Path, there: bool) -> None:
    if there:
        shutil.copy2(path, small_disk / "dockmon.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    message = refusal_of(write, small_disk / "dockmon.db").message
    assert "the folder can't be written" in message if there else "read-only file system" in message
