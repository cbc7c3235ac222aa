"""Images that are kept to return to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields

from sqlmodel import col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.tables import KeptImageRow
from dockmon_cli.core.kept_image import KeptRecord


class SqlKept:
    """Implements `ports.kept.KeptStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, host_id: str) -> list[KeptRecord]:
        """All of a host, the oldest first."""
        query = select(KeptImageRow).where(col(KeptImageRow.host_id) == host_id)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(KeptImageRow.kept_at), col(KeptImageRow.tag)))
            return [_record(row) for row in rows]

    def keep(self, records: Sequence[KeptRecord]) -> None:
        """Write these down, all or none; one of the same host and tag is replaced."""
        with self._database.writing() as session:
            for record in records:
                session.merge(KeptImageRow(**asdict(record)))

    def forget_kept(self, host_id: str, tags: Collection[str]) -> None:
        """Forget the records of these tags on this host."""
        with self._database.writing() as session:
            for row in (session.get(KeptImageRow, (host_id, tag)) for tag in tags):
                if row is not None:
                    session.delete(row)


def _record(row: KeptImageRow) -> KeptRecord:
    return KeptRecord(**{field.name: getattr(row, field.name) for field in fields(KeptRecord)})
