"""Hosts, what is known of their containers, and the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from dockmon_cli.adapters.store.tables.base import Row
from dockmon_cli.adapters.store.types import UtcDateTime


class HostRow(Row, table=True):
    """A host that `hosts add` stored."""

    __tablename__ = "hosts"

    host_id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    url: str
    tls: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    ssh_key: str | None = None
    ssh_host_key: str | None = None


class ContainerRow(Row, table=True):
    """What dockmon itself has seen of a container's runs."""

    __tablename__ = "containers"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    container_id: str
    exit_code: int
    ended_well: bool


class ContainerUpdateRow(Row, table=True):
    """The answers of update checks: the newest, and the newest that was an answer (encoded `CheckAnswer`)."""

    __tablename__ = "container_updates"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    last: dict[str, Any] = Field(sa_type=JSON(none_as_null=True))
    good: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class OperationRow(Row, table=True):
    """The journal. `document` is the whole encoded `Operation`; the other columns are for finding it."""

    __tablename__ = "update_operations"
    __table_args__ = (
        Index("ix_update_operations_host_id_identity", "host_id", "identity"),
        Index("ix_update_operations_opened_at", "opened_at"),
        Index("ix_update_operations_phase", "phase"),
    )

    op: str = Field(primary_key=True)
    host_id: str
    identity: str
    name: str
    phase: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result: str | None = None
    reason: str | None = None
    by: str
    document: dict[str, Any] = Field(sa_type=JSON)


class OperationMemberRow(Row, table=True):
    """That an operation is about this container, be it as one that only follows another."""

    __tablename__ = "operation_members"
    __table_args__ = (Index("ix_operation_members_host_id_identity", "host_id", "identity"),)

    op: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    host_id: str
    name: str
