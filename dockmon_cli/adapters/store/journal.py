"""The journal of operations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, tuple_
from sqlmodel import col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.rows import operation_of, operation_row
from dockmon_cli.adapters.store.tables import OperationRow
from dockmon_cli.core.errors import Ambiguous
from dockmon_cli.core.operation import Operation


class SqlJournal:
    """Implements `ports.store.Journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_operation(self, operation: Operation) -> None:
        """Write a new row."""
        with self._database.writing() as session:
            session.add(operation_row(operation))

    def save_operation(self, operation: Operation) -> None:
        """Replace the row of this op, or write it again if it is gone: a swap under way keeps its record."""
        with self._database.writing() as session:
            session.merge(operation_row(operation))

    def operation(self, op: str) -> Operation | None:
        """One row, by its op or a unique prefix of it. Raise Ambiguous where several begin so."""
        if not op:
            return None
        begins_so = func.substr(col(OperationRow.op), 1, len(op)) == op
        with self._database.reading() as session:
            rows = session.exec(select(OperationRow).where(begins_so).order_by(col(OperationRow.op)).limit(6)).all()
            exact = [row for row in rows if row.op == op]
            if len(rows) > 1 and not exact:
                found = ", ".join(row.op for row in rows[:5])
                raise Ambiguous(f"several operations begin with {op}: {found}", "give more of its letters")
            return operation_of((exact or rows)[0]) if rows else None

    def unfinished(self) -> list[Operation]:
        """Rows whose phase is not `closed`, oldest first."""
        query = select(OperationRow).where(col(OperationRow.phase) != "closed")
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(OperationRow.opened_at), col(OperationRow.op)))
            return [operation_of(row) for row in rows]

    def history(
        self, *, limit: int, keys: Sequence[tuple[str, str]] | None = None, host_ids: Sequence[str] | None = None
    ) -> list[Operation]:
        """The newest rows first; `keys` are (host_id, identity) pairs to keep, `host_ids` hosts to keep."""
        query = select(OperationRow).order_by(col(OperationRow.opened_at).desc(), col(OperationRow.op).desc())
        if keys is not None:
            query = query.where(tuple_(col(OperationRow.host_id), col(OperationRow.identity)).in_(list(keys)))
        if host_ids is not None:
            query = query.where(col(OperationRow.host_id).in_(list(host_ids)))
        with self._database.reading() as session:
            return [operation_of(row) for row in session.exec(query.limit(max(limit, 0)))]

    def called(self, names: Sequence[str]) -> list[Operation]:
        """The newest row of each (host_id, identity) whose container or identity had one of these names."""
        newest_last = (col(OperationRow.opened_at), col(OperationRow.op))
        so = or_(col(OperationRow.name).in_(list(names)), col(OperationRow.identity).in_(list(names)))
        with self._database.reading() as session:
            rows = session.exec(select(OperationRow).where(so).order_by(*newest_last))
            newest = {(row.host_id, row.identity): row for row in rows}
            return [operation_of(row) for row in newest.values()]
