"""The tables. These classes validate nothing: rows are built by `rows.py` from core types and by nobody else.

A change here needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, LargeBinary, MetaData
from sqlmodel import Field, SQLModel

from dockmon_cli.adapters.store.types import UtcDateTime


class Row(SQLModel):
    """Base of all tables; names its constraints, because a migration can only change what has a name."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
    )


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


class ImageDigestRow(Row, table=True):
    """That an image on a host came from `repository@digest`."""

    __tablename__ = "image_digests"

    host_id: str = Field(primary_key=True)
    image_id: str = Field(primary_key=True)
    repository: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)


class DigestSeenRow(Row, table=True):
    """When dockmon first saw what a repository serves."""

    __tablename__ = "digests_seen"

    repository: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)


class ManifestRow(Row, table=True):
    """A manifest by digest, which can't change."""

    __tablename__ = "registry_manifests"

    repository: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    media_type: str
    body: bytes = Field(sa_type=LargeBinary)


class CooldownRow(Row, table=True):
    """Until when a registry must not be asked."""

    __tablename__ = "registry_cooldowns"

    # SQLAlchemy keeps the attribute name `registry` for itself.
    of: str = Field(primary_key=True, sa_column_kwargs={"name": "registry"})
    until: datetime = Field(sa_type=UtcDateTime)
