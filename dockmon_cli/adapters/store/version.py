"""Which version of the tables this program knows."""

from __future__ import annotations

from pathlib import Path

from dockmon_cli.core.errors import StoreError

HEAD = 3
"""The newest migration's number, known here so that a store that is up to date never loads Alembic."""


def refuse_newer(path: Path, version: int) -> None:
    """Raise StoreError if a store of this version was made by a newer program."""
    if version > HEAD:
        raise StoreError(
            f"{path} was made by a newer dockmon: its tables have version {version}, this one knows up to {HEAD}",
            "use the newer dockmon, or name another store with --state or DOCKMON_DB; nothing was changed",
        )
