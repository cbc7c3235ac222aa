"""Several real processes on one store, and what a killed one leaves behind."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from dockmon_cli.adapters.store import quick
from dockmon_cli.adapters.store.store import Store
from tests.adapters.store.samples import EDGE, NAS, NOW, operation
from tests.adapters.store.worker import finish, kill, start

NAMES = ["a", "b", "c", "d"]


def _ops(path: Path) -> set[str]:
    with Store(path) as store:
        return {row.op for row in store.journal.history(limit=100_000)}


def test_processes_that_write_at_once_lose_nothing_and_none_is_told_locked(path: Path) -> None:
    workers = [start(path, "write", name, 40) for name in NAMES]
    for worker in workers:
        finish(worker)
    assert _ops(path) == {f"{name}-{number:05}" for name in NAMES for number in range(40)}


def test_a_store_that_is_first_opened_by_several_processes_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "state" / "dockmon.db"
    workers = [start(path, "write", name, 3) for name in NAMES]
    for worker in workers:
        finish(worker)
    assert len(_ops(path)) == 12


def test_a_reader_sees_the_last_state_while_another_process_writes(path: Path) -> None:
    writer = start(path, "hold")
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    with Store(path) as store:
        assert store.hosts.hosts() == []
        assert quick.read(path) == quick.QuickRows()
    assert writer.poll() is None
    writer.communicate("go on\n", timeout=60)
    assert quick.read(path).hosts == (NAS,)


def test_a_writer_waits_for_the_other_writer(path: Path) -> None:
    first = start(path, "hold")
    assert first.stdout is not None
    first.stdout.readline()
    second = start(path, "write", "b", 1)
    with pytest.raises(Exception, match="timed out"):
        second.wait(1.5)
    first.communicate("go on\n", timeout=60)
    assert finish(second) == "b-00000\n"


@pytest.mark.parametrize("lines", [1, 2, 7, 23])
def test_a_writer_killed_in_the_middle_leaves_all_it_had_reported(path: Path, lines: int) -> None:
    worker = start(path, "write", "k")
    assert worker.stdout is not None
    said = [worker.stdout.readline() for _ in range(lines)]
    said += kill(worker).splitlines(keepends=True)
    reported = {line.strip() for line in said if line.endswith("\n")}
    before = path.read_bytes()
    rows = quick.read(path)
    assert path.read_bytes() == before
    assert len(rows.answers) >= len(reported) - 1
    assert reported <= _ops(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store(path) as store:
        store.hosts.add_host(EDGE)
        assert store.hosts.hosts() == [EDGE]


@pytest.mark.parametrize("after_s", [0.3, 0.6, 0.9, 1.2])
def test_a_first_command_killed_at_any_moment_leaves_a_place_where_the_next_one_works(
    tmp_path: Path, after_s: float
) -> None:
    path = tmp_path / "state" / "dockmon.db"
    worker = start(path, "write", "k")
    time.sleep(after_s)
    kill(worker)
    assert quick.read(path).hosts == ()
    with Store(path) as store:
        store.journal.open_operation(operation("next"))
        assert store.journal.operation("next") == operation("next")


def test_what_is_stored_is_seen_by_a_store_that_was_open_already(path: Path) -> None:
    with Store(path) as reader, Store(path) as writer:
        assert reader.hosts.hosts() == []
        writer.hosts.add_host(NAS)
        writer.checks.first_seen("web", "sha256:1", NOW)
        assert reader.hosts.hosts() == [NAS]


def test_a_write_that_is_refused_half_way_leaves_nothing(path: Path) -> None:
    writer = start(path, "hold")
    assert writer.stdout is not None
    writer.stdout.readline()
    kill(writer)
    with Store(path) as store:
        assert store.hosts.hosts() == []
        store.hosts.add_host(NAS)
        assert store.hosts.hosts() == [NAS]
