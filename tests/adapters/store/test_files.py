"""Where the store's files appear, who owns them and who may read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockmon_cli.adapters.private_files import private_folder
from dockmon_cli.adapters.store import quick
from dockmon_cli.adapters.store.store import Store
from tests.adapters.store.samples import DIGEST, NAS, NOW, OUTDATED, operation

SOMEBODY = 54321


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in [folder, *folder.rglob("*")]}


@pytest.mark.usefixtures("umask")
def test_the_folder_and_every_file_is_private_under_any_umask(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with Store(folder / "dockmon.db") as store:
        store.hosts.add_host(NAS)
        assert store.hosts.hosts() == [NAS]
        assert _modes(folder) == {
            "state": "0o700", "dockmon.db": "0o600", "dockmon.db-wal": "0o600", "dockmon.db-shm": "0o600",
        }  # fmt: skip


@pytest.mark.usefixtures("umask")
def test_folders_missing_above_are_made_and_can_be_entered(tmp_path: Path) -> None:
    with Store(tmp_path / "a" / "b" / "dockmon.db") as store:
        store.hosts.add_host(NAS)
    assert _modes(tmp_path / "a") == {"a": "0o700", "b": "0o700", "dockmon.db": "0o600"}


def test_root_keeps_the_owner_of_the_state_folder(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    os.chown(folder, SOMEBODY, SOMEBODY)
    with Store(folder / "dockmon.db") as store:
        store.hosts.add_host(NAS)
        assert store.hosts.hosts() == [NAS]
        names = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in folder.iterdir()}
    assert names == dict.fromkeys(["dockmon.db", "dockmon.db-wal", "dockmon.db-shm"], (SOMEBODY, SOMEBODY))


def test_a_folder_that_root_makes_belongs_to_the_owner_of_the_one_above(tmp_path: Path) -> None:
    os.chown(tmp_path, SOMEBODY, SOMEBODY)
    private_folder(tmp_path / "state" / "locks")
    assert {path.stat().st_uid for path in (tmp_path / "state", tmp_path / "state" / "locks")} == {SOMEBODY}


def test_an_empty_folder_is_closed_to_others_and_a_used_one_left_as_it_is(tmp_path: Path) -> None:
    for name in ("empty", "used"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    (tmp_path / "used" / "photo.jpg").touch()
    for name in ("empty", "used"):
        with Store(tmp_path / name / "dockmon.db") as store:
            store.hosts.add_host(NAS)
    assert _modes(tmp_path / "empty") == {"empty": "0o700", "dockmon.db": "0o600"}
    assert _modes(tmp_path / "used")["used"] == "0o755"
    assert _modes(tmp_path / "used")["dockmon.db"] == "0o600"


def test_a_store_that_others_may_read_is_closed_by_the_first_write(path: Path) -> None:
    path.chmod(0o644)
    with Store(path) as store:
        store.hosts.add_host(NAS)
    assert oct(stat.S_IMODE(path.stat().st_mode)) == "0o600"


def test_reading_a_missing_store_finds_nothing_and_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state" / "dockmon.db"
    with Store(path) as store:
        assert store.hosts.hosts() == []
        assert store.hosts.settings_of(NAS.host_id) == {}
        assert store.checks.answers() == {}
        assert store.checks.remembered_digests(NAS.host_id, DIGEST) == {}
        assert not store.checks.ended_well(NAS.host_id, "job")
        assert store.journal.operation("op") is None
        assert store.journal.unfinished() == store.journal.history(limit=5) == []
        assert store.manifests.get_manifest("web", DIGEST) is None
        assert store.manifests.get_cooldown("docker.io") is None
    assert quick.read(path) == quick.QuickRows()
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_read_as_missing_can_be_written_and_read_again(tmp_path: Path) -> None:
    with Store(tmp_path / "dockmon.db") as store:
        assert store.journal.unfinished() == []
        store.journal.open_operation(operation())
        assert store.journal.unfinished() == [operation()]


def test_an_empty_file_reads_as_empty_and_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "dockmon.db"
    path.touch()
    with Store(path) as store:
        assert store.hosts.hosts() == []
        assert quick.read(path) == quick.QuickRows()
        assert path.read_bytes() == b""
        store.hosts.add_host(NAS)
        assert store.hosts.hosts() == [NAS]


def test_reading_leaves_bytes_and_times_of_the_file_alone(path: Path) -> None:
    with Store(path) as store:
        store.hosts.add_host(NAS)
        store.checks.save_answer(NAS.host_id, "web", OUTDATED)
        before = (path.read_bytes(), path.stat().st_mtime_ns)
        assert quick.read(path).hosts == (NAS,)  # what was written last is still in the -wal
    closed = (path.read_bytes(), path.stat().st_mtime_ns)
    assert closed != before
    with Store(path) as store:
        assert store.hosts.hosts() == [NAS]
        assert store.checks.answers() == quick.read(path).answers
    assert (path.read_bytes(), path.stat().st_mtime_ns) == closed


def test_what_is_stored_already_is_not_written_again(path: Path) -> None:
    with Store(path) as store:
        store.checks.first_seen("web", DIGEST, NOW)
        store.checks.remember_image("h", "sha256:1", "web", DIGEST)
        store.checks.note_exit("h", "job", "c1", 0)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    with Store(path) as store:
        store.checks.first_seen("web", DIGEST, NOW)
        store.checks.remember_image("h", "sha256:1", "web", DIGEST)
        store.checks.note_exit("h", "job", "c1", 0)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_path_with_marks_that_mean_something_in_a_uri_is_only_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#100% Ä" / "dockmon.db"
    with Store(path) as store:
        store.hosts.add_host(NAS)
    assert path.exists()
    assert quick.read(path).hosts == (NAS,)
