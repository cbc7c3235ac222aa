"""Hosts that `hosts add` stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select

from dockmon_cli.adapters.store import selections, tables
from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.rows import host_of, host_row
from dockmon_cli.adapters.store.tables import HostRow, Row
from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.hosts import Host

HANGS_OFF_A_HOST: dict[str, type[Row]] = {
    "containers": tables.ContainerRow,
    "update answers": tables.ContainerUpdateRow,
    "images": tables.ImageDigestRow,
    "operations": tables.OperationRow,
    "settings": tables.RuleRow,
    "tags": tables.TagRow,
    "holds": tables.HoldRow,
    "refused updates": tables.RefusalRow,
    "update decisions": tables.DecisionRow,
    "kept images": tables.KeptImageRow,
}
"""What goes with a host, in the words that `hosts remove` shows."""
GOES_WITH_THAT: tuple[type[Row], ...] = (tables.OperationMemberRow,)
"""Rows about those rows, which nobody counts on their own."""


class SqlHosts:
    """Implements `ports.store.HostStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hosts(self) -> list[Host]:
        """All of them, by name."""
        with self._database.reading() as session:
            return [host_of(row) for row in session.exec(select(HostRow).order_by(col(HostRow.name)))]

    def add_host(self, host: Host) -> None:
        """Raise UsageError when the name is taken."""
        with self._database.writing() as session:
            _refuse_taken_name(session, host)
            known = session.get(HostRow, host.host_id)
            if known is not None:
                hint = f"see `dockmon hosts show {known.name}`"
                raise UsageError(f"this host is stored already, as {known.name}", hint)
            session.add(host_row(host))

    def change_host(self, host: Host) -> None:
        """Replace what is stored under this host_id; selections follow its name.

        Raise NotFound if nothing is stored, UsageError if the name is taken.
        """
        with self._database.writing() as session:
            known = session.get(HostRow, host.host_id)
            if known is None:
                raise NotFound(f"no host is stored with the host_id {host.host_id}", "see `dockmon hosts list`")
            _refuse_taken_name(session, host)
            selections.rename_host(session, known.name, host.name)
            session.merge(host_row(host))

    def remove_host(self, host_id: str) -> None:
        """Forget the host and everything that hangs off its host_id."""
        with self._database.writing() as session:
            known = session.get(HostRow, host_id)
            if known is not None:
                selections.forget_host(session, known.name)
            for table in (*HANGS_OFF_A_HOST.values(), *GOES_WITH_THAT):
                session.exec(delete(table).where(_host_id(table) == host_id))
            session.exec(delete(HostRow).where(col(HostRow.host_id) == host_id))

    def settings_of(self, host_id: str) -> dict[str, int]:
        """How many rows hang off a host, by what they are; what it has none of is left out."""
        with self._database.reading() as session:
            counts = {
                word: session.exec(select(func.count()).select_from(table).where(_host_id(table) == host_id)).one()
                for word, table in HANGS_OFF_A_HOST.items()
            }
            known = session.get(HostRow, host_id)
            counts["standing rules"] = selections.count_of_host(session, known.name) if known else 0
        return {word: count for word, count in counts.items() if count}


def _host_id(table: type[Row]) -> ColumnElement[Any]:
    return Row.metadata.tables[str(table.__tablename__)].c.host_id


def _refuse_taken_name(session: Session, host: Host) -> None:
    other = session.exec(select(HostRow).where(HostRow.name == host.name)).first()
    if other is not None and other.host_id != host.host_id:
        raise UsageError(
            f"a host named {host.name} exists already ({other.url})",
            f"choose another name, or change that one with `dockmon hosts set {host.name}`",
        )
