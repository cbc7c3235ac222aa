"""A store that can't be used is exit 6, says what, why and what to do, and stays as it is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dockmon_cli.adapters.store import quick
from dockmon_cli.adapters.store.migrate import migrate
from dockmon_cli.adapters.store.store import Store
from dockmon_cli.adapters.store.upgrade import upgrade
from dockmon_cli.adapters.store.version import HEAD
from dockmon_cli.core.errors import StoreError
from tests.adapters.store.refusals import WAYS, refusal_of
from tests.adapters.store.samples import NAS, OUTDATED, operation


def _state(path: Path) -> tuple[bytes, int, int]:
    found = path.stat()
    return path.read_bytes(), found.st_mtime_ns, found.st_mode


@WAYS
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, use: Callable[[Path], None]) -> None:
    path = tmp_path / "dockmon.db"
    path.write_text("these are my notes, and they are longer than the header of a database file is\n" * 20)
    before = _state(path)
    assert "is not an SQLite database" in refusal_of(use, path).message
    assert _state(path) == before


@WAYS
def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, use: Callable[[Path], None]) -> None:
    path = tmp_path / "dockmon.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE hosts (id INTEGER); CREATE TABLE songs (title TEXT)")
    before = _state(path)
    assert "not a store of dockmon's" in refusal_of(use, path).message
    assert _state(path) == before


@WAYS
@pytest.mark.parametrize("version", ["", "a1b2c3d4", "0001 again"])
def test_versions_that_are_none_of_ours_are_refused(path: Path, use: Callable[[Path], None], version: str) -> None:
    _set_version(path, version)
    assert "not a store of dockmon's" in refusal_of(use, path).message


@WAYS
def test_a_store_made_by_a_newer_program_is_refused_untouched(path: Path, use: Callable[[Path], None]) -> None:
    _set_version(path, f"{HEAD + 1:04}")
    path.chmod(0o640)
    before = _state(path)
    refusal = refusal_of(use, path)
    assert f"version {HEAD + 1}" in refusal.message
    assert f"up to {HEAD}" in refusal.message
    assert "newer dockmon" in refusal.hint
    assert _state(path) == before


def _set_version(path: Path, version: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()


def test_a_store_that_a_newer_program_takes_over_meanwhile_is_not_migrated(path: Path) -> None:
    _set_version(path, f"{HEAD + 1:04}")
    with pytest.raises(StoreError, match="newer dockmon"):
        migrate(path)


@WAYS
def test_a_damaged_store_is_said_to_be_damaged(path: Path, use: Callable[[Path], None]) -> None:
    with Store(path) as store:
        store.hosts.add_host(NAS)
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    path.write_bytes(body)
    assert "is damaged" in refusal_of(use, path).message


@WAYS
def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path, use: Callable[[Path], None]) -> None:
    assert "it is a folder" in refusal_of(use, tmp_path).message


@WAYS
def test_a_pipe_in_the_place_of_the_file_is_refused(tmp_path: Path, use: Callable[[Path], None]) -> None:
    os.mkfifo(tmp_path / "dockmon.db")
    assert "no regular file" in refusal_of(use, tmp_path / "dockmon.db").message


@WAYS
def test_a_path_through_a_file_is_refused(tmp_path: Path, use: Callable[[Path], None]) -> None:
    (tmp_path / "notes").touch()
    assert "not a directory" in refusal_of(use, tmp_path / "notes" / "dockmon.db").message


def test_text_that_is_no_unicode_is_refused_not_a_crash(real: Store) -> None:
    with pytest.raises(StoreError, match="can't hold a value"):
        real.checks.save_answer("h", "web\udc80", OUTDATED)
    with pytest.raises(StoreError, match="can't hold a value"):
        real.checks.note_exit("h", "job", "c1", 2**70)


@pytest.mark.parametrize("document", ["{", "{}", "[1]", '{"op": "op1", "steps": 5}'])
def test_a_row_changed_by_hand_is_told(real: Store, path: Path, document: str) -> None:
    real.journal.open_operation(operation())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE update_operations SET document = ?", (document,))
        connection.commit()
    with pytest.raises(StoreError, match="a row that can't be read"):
        real.journal.history(limit=1)


@pytest.mark.parametrize("document", ["{", "{}", "[1]", '{"state": "pulled", "current": 5}'])
def test_an_answer_changed_by_hand_is_told_by_ps_too(real: Store, path: Path, document: str) -> None:
    real.checks.save_answer("h", "web", OUTDATED)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE container_updates SET good = ?", (document,))
        connection.commit()
    with pytest.raises(StoreError, match="a row that can't be read"):
        quick.read(path)


def test_what_the_upgrading_process_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    path = tmp_path / "dockmon.db"
    path.write_bytes(b"no database at all" * 100)
    assert "is not an SQLite database" in refusal_of(upgrade, path).message


def test_a_failedwrite_does_not_spoil_the_next(real: Store) -> None:
    with pytest.raises(StoreError):
        real.checks.save_answer("h", "\ud800", OUTDATED)
    real.checks.save_answer("h", "web", OUTDATED)
    assert real.checks.answers() == {("h", "web"): OUTDATED}
