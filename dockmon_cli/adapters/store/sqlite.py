"""What is SQLite's alone: opening a file, its pragmas, where a version is found, what its error codes mean.

Standard library only, because `dockmon ps` loads it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dockmon_cli.core.errors import StoreError

BUSY_S = 30.0
"""How long a writer waits for the others; every transaction is short."""

_OTHER_STORE = "name another store with --state or DOCKMON_DB"


def exists(path: Path) -> bool:
    """Tell whether there is a store at `path`. Raise StoreError where nobody can tell, or where it is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise os_failure(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
        raise StoreError(f"the store {path} can't be opened: it is {kind}", _OTHER_STORE)
    return True


def connect_read(path: Path) -> sqlite3.Connection:
    """Open for reading; the file's bytes and times stay as they are (`-wal` and `-shm` may come and go)."""
    return _connect(path, "ro")


def connect_write(path: Path) -> sqlite3.Connection:
    """Open an existing file for writing: WAL, and every commit is on disk when it returns."""
    connection = _connect(path, "rw")
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # Transactions are opened in words (BEGIN, BEGIN IMMEDIATE), never by the driver's own guess.
    return sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; two that do so at once are told "locked" without the busy time-out, so try again."""
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection inside one read transaction: a single moment's view. Raise StoreError."""
    try:
        with closing(connect_read(path)) as connection:
            connection.execute("BEGIN")
            yield connection
    except sqlite3.Error as error:
        raise failure(path, error) from error


def version_of(path: Path, connection: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 where there are none. Raise StoreError if the tables are not dockmon's."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return 0
    query = "SELECT version_num FROM alembic_version"
    versions = [str(version) for (version,) in connection.execute(query)] if "alembic_version" in tables else []
    if len(versions) != 1 or not versions[0].isdecimal():
        raise StoreError(
            f"{path} is an SQLite database, but not a store of dockmon's",
            f"{_OTHER_STORE}; nothing was changed",
        )
    return int(versions[0])


def read_version(path: Path) -> int:
    """Return the version of the store's tables, 0 for a missing or empty file. Raise StoreError. Changes nothing."""
    if not exists(path):
        return 0
    with reading(path) as connection:
        return version_of(path, connection)


def failure(path: Path, error: sqlite3.Error) -> StoreError:
    """Given what sqlite3 raised, return what to tell the user."""
    code = _primary_code(error)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _cannot_open(path)
    if code == sqlite3.SQLITE_IOERR and _is_full(path):
        code = sqlite3.SQLITE_FULL
    what, hint = _MEANING.get(code, (f"failed: {error}", f"check the disk and the file, or {_OTHER_STORE}"))
    return StoreError(f"the store {path} {what}", hint)


def os_failure(path: Path, error: OSError) -> StoreError:
    """Given what the operating system refused at `path` or its folder, return what to tell the user."""
    reason = (error.strerror or str(error)).lower()
    return StoreError(
        f"the store {path} can't be opened: {reason}",
        f"check who owns {path.parent}, its mode, and that the disk is neither full nor read-only, or {_OTHER_STORE}",
    )


def broken_row(path: Path, error: Exception) -> StoreError:
    """Given what went wrong when a row was turned into one of our types, return what to tell the user."""
    return StoreError(
        f"the store {path} holds a row that can't be read: {error}",
        "it was changed by hand or is damaged: restore a backup",
    )


def _cannot_open(path: Path) -> StoreError:
    if not os.access(path, os.R_OK, effective_ids=True):
        reason = "permission denied"
    elif not os.access(path.parent, os.W_OK, effective_ids=True):
        reason = "SQLite needs its -wal and -shm files beside it, but the folder can't be written"
    else:
        reason = "SQLite could not open it, or the -wal and -shm files beside it"
    return StoreError(
        f"the store {path} can't be opened: {reason}",
        f"check the owner and mode of the file and of {path.parent}, or {_OTHER_STORE}",
    )


def _is_full(path: Path) -> bool:
    """True if the disk has no room for one more page; SQLite calls that an I/O error for its -shm file."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < 64 * 1024


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


_MEANING: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_NOTADB: (
        "is not an SQLite database",
        f"if it is dockmon's it is damaged, restore a backup; if it is not, {_OTHER_STORE}",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "move it away, with its -wal and -shm files, and put a backup there; without one dockmon starts empty",
    ),
    sqlite3.SQLITE_READONLY: (
        "can't be written: the file, its folder or its file system is read-only",
        f"check the owner and mode of both and how the disk is mounted, or {_OTHER_STORE}",
    ),
    sqlite3.SQLITE_FULL: (
        "can't be written: the disk is full",
        "free some space; what was being written is not stored, everything before it is",
    ),
    sqlite3.SQLITE_BUSY: (
        f"is locked: another process has been writing for {BUSY_S:.0f} s",
        "see whether another dockmon, or a program that keeps the file open, hangs; then try again",
    ),
    sqlite3.SQLITE_IOERR: (
        "can't be read or written: the disk reported an error",
        "look into the kernel's log and at the free space of that disk",
    ),
    sqlite3.SQLITE_ERROR: (
        "does not have the tables this dockmon expects",
        f"if an older dockmon made it, `dockmon hosts list` updates it; else restore a backup, or {_OTHER_STORE}",
    ),
}
