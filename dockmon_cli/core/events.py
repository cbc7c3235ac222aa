"""dockmon's own record: one event is one thing that happened, with who or what caused it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dockmon_cli.core.documents import Document


def by_itself(user: str) -> str:
    """Given whom a run belongs to that nobody asked for, return who stands for what it does: `root:auto`.

    The name of a user holds no colon, so what is before the first one is always the user.
    """
    return f"{user}:auto"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `kind` is a word such as `update_failed`.

    `by` is who caused it: `root`, or `root:auto`. `old` and `new` are what changed, in words: for an update the
    versions, else the digests. `correlation_id` is the operation that it belongs to.
    """

    at: datetime
    kind: str
    host_id: str | None = None
    host: str | None = None
    key: str | None = None
    name: str | None = None
    identity: str | None = None
    old: str | None = None
    new: str | None = None
    by: str | None = None
    correlation_id: str | None = None
    details: Document = field(default_factory=dict)
