"""One operation: a journalled update of one container, from the decision to its result.

The journal row is written before every step, together with the end of the step before, so that whoever finds it
later knows what may have happened: a step that is `begun` and not `done` may or may not have reached the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dockmon_cli.core.documents import Document

Result = Literal[
    "updated", "rolled_back", "rollback_failed", "interrupted", "failed",
    "skipped", "blocked", "needs_confirmation", "unchanged",
]  # fmt: skip
Phase = Literal["forward", "back", "committed", "closed"]
"""`forward`: on the way to the new one. `back`: undoing. `committed`: only forward from here. `closed`: over."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What happened to one step; `duration_s` is None while it runs or if nobody saw its end."""

    name: str
    started_at: datetime
    result: Literal["begun", "done", "failed"] = "begun"
    duration_s: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ImageVersion:
    """One side of an update: the digest its tag answered and the version its maker or tag gives."""

    digest: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One journal row. `plan` is the encoded swap plan; `facts` what was learnt on the way (IDs created)."""

    op: str
    host_id: str
    host: str
    identity: str
    name: str
    key: str
    by: str
    opened_at: datetime
    phase: Phase
    old: ImageVersion
    new: ImageVersion
    plan: Document
    facts: dict[str, str] = field(default_factory=dict)
    steps: tuple[StepRecord, ...] = ()
    result: Result | None = None
    reason: str | None = None
    message: str = ""
    log: str = ""
    exit_code: int | None = None
    closed_at: datetime | None = None
