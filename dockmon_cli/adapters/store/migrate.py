"""The process that `upgrade` starts: runs Alembic's migrations on one file, in one transaction.

Exit 0 when the tables have version HEAD. Exit 6 with message and hint as two lines on stdout otherwise.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dockmon_cli.adapters.store import sqlite
from dockmon_cli.adapters.store.version import HEAD, refuse_newer
from dockmon_cli.core.errors import StoreError

SCRIPTS = Path(__file__).parent / "migrations"


def main(path: str) -> None:
    """Migrate the file at `path` and exit."""
    try:
        migrate(Path(path))
    except StoreError as error:
        sys.stdout.write(f"{error.message}\n{error.hint}\n")
        sys.exit(StoreError.exit_code)


def migrate(path: Path) -> None:
    """Bring an existing file's tables to version HEAD. Raise StoreError; the file is then as it was."""
    try:
        _migrate(path)
    except sqlite3.Error as error:
        raise sqlite.failure(path, error) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise sqlite.failure(path, error.orig) from error
        raise


def _migrate(path: Path) -> None:
    raw = sqlite.connect_write(path)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        # Several first commands may start at once: one migrates, the others wait here and find it done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        version = sqlite.version_of(path, raw)
        refuse_newer(path, version)
        if version < HEAD:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
            command.upgrade(config, f"{HEAD:04}")
