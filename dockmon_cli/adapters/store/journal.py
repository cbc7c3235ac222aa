"""The journal of operations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, tuple_, update
from sqlmodel import Session, col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.rows import member_rows, operation_of, operation_values
from dockmon_cli.adapters.store.tables import OperationMemberRow, OperationRow
from dockmon_cli.core.errors import Ambiguous
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import Known


class SqlJournal:
    """Implements `ports.store.Journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_operation(self, operation: Operation) -> None:
        """Write a new row."""
        with self._database.writing() as session:
            _add(session, operation)

    def save_operation(self, operation: Operation) -> None:
        """Replace the row of this op, or write it again if it is gone: a swap under way keeps its record."""
        # In one statement: a container is down while this is written.
        replaced = update(OperationRow).where(col(OperationRow.op) == operation.op)
        with self._database.writing() as session:
            if session.connection().execute(replaced, operation_values(operation)).rowcount == 0:
                _add(session, operation)

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
        """The newest rows first.

        `keys` are (host_id, identity) pairs of containers of which one was a member, `host_ids` hosts to keep.
        """
        query = select(OperationRow).order_by(col(OperationRow.opened_at).desc(), col(OperationRow.op).desc())
        if keys is not None:
            is_meant = tuple_(col(OperationMemberRow.host_id), col(OperationMemberRow.identity)).in_(list(keys))
            query = query.where(col(OperationRow.op).in_(select(OperationMemberRow.op).where(is_meant)))
        if host_ids is not None:
            query = query.where(col(OperationRow.host_id).in_(list(host_ids)))
        with self._database.reading() as session:
            return [operation_of(row) for row in session.exec(query.limit(max(limit, 0)))]

    def called(self, names: Sequence[str]) -> list[Known]:
        """The containers that had, or whose identity was, one of these names: each as the newest operation has it."""
        so = or_(col(OperationMemberRow.name).in_(list(names)), col(OperationMemberRow.identity).in_(list(names)))
        query = select(OperationRow, OperationMemberRow).where(so, OperationRow.op == OperationMemberRow.op)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(OperationRow.opened_at), col(OperationRow.op)))
            newest = {(member.host_id, member.identity): (row, member.name) for row, member in rows}
            found = [(operation_of(row), identity, name) for (_host, identity), (row, name) in newest.items()]
        return [Known(row.host_id, row.host, identity, name) for row, identity, name in found]


def _add(session: Session, operation: Operation) -> None:
    session.add(OperationRow(**operation_values(operation)))
    session.add_all(member_rows(operation))
