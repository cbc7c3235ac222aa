"""What users set, and what was decided from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from dockmon_cli.adapters.store.tables.base import Row
from dockmon_cli.adapters.store.types import UtcDateTime


class RuleRow(Row, table=True):
    """One setting's value for one container (host_id, identity) or for what a selection covers (`selector`).

    What is not used of the three is empty. `selector` is the text of `core.container_settings.written`, the same for
    the same selection, so that setting something again replaces it.
    """

    __tablename__ = "update_policies"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    selector: str = Field(primary_key=True)
    setting: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSON)
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class PatternRow(Row, table=True):
    """A pattern of the user's own, or a default one that was switched off (or on again)."""

    __tablename__ = "policy_patterns"

    glob: str = Field(primary_key=True)
    own: bool = Field(primary_key=True)
    verdict: str
    category: str
    enabled: bool
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class TagRow(Row, table=True):
    """A tag that a user gave a container."""

    __tablename__ = "container_tags"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    tag: str = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class HoldRow(Row, table=True):
    """Some features paused for one container or for what a selection covers, as in `RuleRow`."""

    __tablename__ = "holds"

    id: str = Field(primary_key=True)
    host_id: str
    identity: str
    selector: str
    features: list[str] = Field(sa_type=JSON)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until_next_image_digest: str | None = None
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class RefusalRow(Row, table=True):
    """A digest that a container is not updated to: skipped by its user, or rolled back before (`kind`)."""

    __tablename__ = "update_refusals"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    version: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class DecisionRow(Row, table=True):
    """The last decision about a container's update."""

    __tablename__ = "update_decisions"

    host_id: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    would: str
    reason: str | None = None
    message: str
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest: str | None = None
