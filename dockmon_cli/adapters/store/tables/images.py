"""What was seen of images and registries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from dockmon_cli.adapters.store.tables.base import Row
from dockmon_cli.adapters.store.types import UtcDateTime


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


class KeptImageRow(Row, table=True):
    """A previous image that is kept to return to; `tag` is ours on that host."""

    __tablename__ = "kept_images"

    host_id: str = Field(primary_key=True)
    tag: str = Field(primary_key=True)
    repository: str
    image_id: str
    digest: str | None = None
    version: str | None = None
    identity: str
    op: str
    kept_at: datetime = Field(sa_type=UtcDateTime)
