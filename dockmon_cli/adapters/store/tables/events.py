"""dockmon's own record of what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from dockmon_cli.adapters.store.tables.base import Row
from dockmon_cli.adapters.store.types import UtcDateTime


class EventRow(Row, table=True):
    """One event. It outlives the host it is about: what was done there stays on record."""

    __tablename__ = "event_logs"
    __table_args__ = (
        Index("ix_event_logs_at", "at"),
        Index("ix_event_logs_host_id_identity", "host_id", "identity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    host_id: str | None = None
    host: str | None = None
    identity: str | None = None
    name: str | None = None
    key: str | None = None
    old: str | None = None
    new: str | None = None
    by: str | None = None
    correlation_id: str | None = None
    details: dict[str, Any] = Field(sa_type=JSON)
