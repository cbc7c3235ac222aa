"""One store file: separate engines for reading and writing, one writer, short transactions.

A missing file reads as empty tables and is made by the first write. The file is opened, and brought up to date
where an older dockmon made it, at the first use; one that a newer dockmon made is refused untouched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlmodel import Session

from dockmon_cli.adapters.private_files import private_file, private_folder
from dockmon_cli.adapters.store import sqlite
from dockmon_cli.adapters.store.tables import Row
from dockmon_cli.adapters.store.upgrade import upgrade
from dockmon_cli.adapters.store.version import HEAD, refuse_newer
from dockmon_cli.core.errors import StoreError


class Database:
    """Gives sessions on the store at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: Engine | None = None
        self._writer: Engine | None = None
        self._nothing: Engine | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the store and changes nothing. Raise StoreError."""
        with _translated(self.path), Session(self._read_engine()) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session in a write transaction; on disk when the block is left, undone if it raises.

        Raise StoreError. Nothing slow and no network belongs inside.
        """
        with _translated(self.path), Session(self._write_engine()) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection. The readers go first, so that the writer is the one to tidy up the WAL."""
        for engine in (self._reader, self._writer, self._nothing):
            if engine is not None:
                engine.dispose()
        self._reader = self._writer = self._nothing = None

    def _read_engine(self) -> Engine:
        if self._reader is None:
            if self._writer is None and not self._is_ready():
                return self._empty_engine()
            self._reader = _engine(self.path, write=False)
        return self._reader

    def _write_engine(self) -> Engine:
        if self._writer is None:
            self._prepare()
            self._writer = _engine(self.path, write=True)
        return self._writer

    def _empty_engine(self) -> Engine:
        if self._nothing is None:
            self._nothing = create_engine("sqlite://", poolclass=StaticPool)
            Row.metadata.create_all(self._nothing)
        return self._nothing

    def _is_ready(self) -> bool:
        """True if the file can be used as it is, or was just brought up to date; False if there is nothing in it."""
        version = sqlite.read_version(self.path)
        refuse_newer(self.path, version)
        if 0 < version < HEAD:
            upgrade(self.path)
        return version > 0

    def _prepare(self) -> None:
        """Make the file and its tables where they are missing, and close both folder and file to others."""
        is_ready = self._is_ready()
        try:
            private_folder(self.path.parent)
            private_file(self.path)
        except OSError as error:
            raise sqlite.os_failure(self.path, error) from error
        if not is_ready:
            upgrade(self.path)


def _engine(path: Path, *, write: bool) -> Engine:
    connect = sqlite.connect_write if write else sqlite.connect_read
    engine = create_engine(
        "sqlite://",
        hide_parameters=True,  # an error's text must not tell what is in a row
        creator=lambda: connect(path),
        poolclass=QueuePool,
        pool_size=1 if write else 4,
        max_overflow=0,
        pool_timeout=sqlite.BUSY_S,
    )
    # A transaction that starts by reading and then writes fails at once when another wrote meanwhile, whatever
    # the busy time-out; so a write transaction says from its beginning that it is one.
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None)
        raise sqlite.failure(path, cause if isinstance(cause, sqlite3.Error) else sqlite3.Error(str(error))) from error
    except sqlite3.Error as error:
        raise sqlite.failure(path, error) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise StoreError(
            f"the store {path} can't hold a value: {error}", "an engine or registry gave no valid text or number"
        ) from error
    except ValueError as error:
        raise sqlite.broken_row(path, error) from error
