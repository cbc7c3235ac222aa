"""Holds, refused digests, decisions and events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import get_args

from sqlmodel import col, select

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.tables import DecisionRow, EventRow, HoldRow, RefusalRow
from dockmon_cli.core.container_settings import read_back, written
from dockmon_cli.core.decisions import Decision
from dockmon_cli.core.events import Event
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.operation import RESULTS
from dockmon_cli.core.update_plan.restraint import Refused, RefusedKind

_NOBODY = ("", "")


class SqlHolds:
    """Implements `ports.records.HoldStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holds(self) -> list[Hold]:
        """All of them, oldest first."""
        with self._database.reading() as session:
            return [_hold(row) for row in session.exec(select(HoldRow).order_by(col(HoldRow.at), col(HoldRow.id)))]

    def save_hold(self, hold: Hold) -> None:
        """Keep it; it replaces the one with the same id."""
        host_id, identity = hold.exact or _NOBODY
        row = HoldRow(
            id=hold.id,
            host_id=host_id,
            identity=identity,
            selector="" if hold.exact else written(hold.selector),
            features=list(hold.features),
            until=hold.until,
            # Any image that was first seen after the hold is the next one, so no digest needs to be named.
            until_next_image_digest="" if hold.until_next_image else None,
            reason=hold.reason,
            by=hold.by,
            at=hold.at,
        )
        with self._database.writing() as session:
            session.merge(row)

    def forget_holds(self, ids: Collection[str]) -> None:
        """Forget those with these ids."""
        with self._database.writing() as session:
            for row in (session.get(HoldRow, name) for name in ids):
                if row is not None:
                    session.delete(row)


def _hold(row: HoldRow) -> Hold:
    return Hold(
        id=row.id,
        features=tuple(row.features),
        by=row.by,
        at=row.at,
        selector=read_back(row.selector),
        exact=(row.host_id, row.identity) if row.host_id else None,
        until=row.until,
        until_next_image=row.until_next_image_digest is not None,
        reason=row.reason,
    )


class SqlRefusals:
    """Implements `ports.records.RefusalStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refusals(self) -> list[Refused]:
        """All of them, oldest first."""
        with self._database.reading() as session:
            rows = session.exec(select(RefusalRow).order_by(col(RefusalRow.at), col(RefusalRow.digest)))
            return [_refused(row) for row in rows]

    def save_refusal(self, refused: Refused) -> None:
        """Keep it; one for the same container, digest and kind is replaced."""
        with self._database.writing() as session:
            session.merge(RefusalRow(**asdict(refused)))

    def forget_refusals(self, refused: Sequence[Refused]) -> None:
        """Forget what is kept for the same containers, digests and kinds."""
        with self._database.writing() as session:
            for one in refused:
                row = session.get(RefusalRow, (one.host_id, one.identity, one.digest, one.kind))
                if row is not None:
                    session.delete(row)


def _refused(row: RefusalRow) -> Refused:
    kind = next((word for word in get_args(RefusedKind) if word == row.kind), None)
    if kind is None:
        raise ValueError(f"a refused update is of no known kind: {row.kind}")
    return Refused(row.host_id, row.identity, row.digest, kind, row.by, row.at, row.version)


class SqlRecords:
    """Implements `ports.records.RecordStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decisions(self) -> Mapping[tuple[str, str], Decision]:
        """The last decision about each (host_id, identity)."""
        with self._database.reading() as session:
            return {(row.host_id, row.identity): _decision(row) for row in session.exec(select(DecisionRow))}

    def record(self, events: Sequence[Event], decisions: Sequence[Decision] = ()) -> None:
        """Add events, and replace the last decisions, all or none."""
        if not events and not decisions:
            return
        with self._database.writing() as session:
            session.add_all([EventRow(**asdict(event)) for event in events])
            for decision in decisions:
                values = asdict(decision)
                session.merge(DecisionRow(would=values.pop("result"), **values))

    def events(self, *, limit: int) -> list[Event]:
        """The newest events, the newest first."""
        query = select(EventRow).order_by(col(EventRow.id).desc()).limit(max(limit, 0))
        with self._database.reading() as session:
            return [_event(row) for row in session.exec(query)]


def _decision(row: DecisionRow) -> Decision:
    result = next((word for word in RESULTS if word == row.would), None)
    if result is None:
        raise ValueError(f"a decision has no known result: {row.would}")
    return Decision(row.host_id, row.identity, row.at, result, row.reason, row.message, row.next_try_at, row.digest)


def _event(row: EventRow) -> Event:
    return Event(**{field.name: getattr(row, field.name) for field in fields(Event)})
