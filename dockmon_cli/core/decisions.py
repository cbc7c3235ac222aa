"""The last decision about each container's update: what `update explain` tells, and what is news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dockmon_cli.core.operation import Result

HAPPENED: frozenset[str] = frozenset({"updated", "rolled_back", "rollback_failed", "interrupted"})
"""Results of something that was done to a container: each is an event."""

_NO_NEWS: frozenset[tuple[str, str | None]] = frozenset({("skipped", "not_automatic"), ("skipped", "busy")})
"""What says nothing about the container: nobody asked for it, or it is under way already."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of the last run that had this container in it, and why.

    `next_try_at` is when automatic mode would try again; None where it would not by itself. `digest` is what the
    container could have moved to.
    """

    host_id: str
    identity: str
    at: datetime
    result: Result
    reason: str | None = None
    message: str = ""
    next_try_at: datetime | None = None
    digest: str | None = None


def event_kind(last: Decision | None, now: Decision) -> str | None:
    """Given the decision before and the one now, return the kind of event that it is, or None if it is no news.

    What was done is always news. That nothing was done is news when the reason for it changes, not every night; that
    there is nothing to do never is.
    """
    if now.result in HAPPENED:
        return f"update_{now.result}" if now.result != "updated" else "update_done"
    if now.result == "unchanged" or (now.result, now.reason) in _NO_NEWS:
        return None
    said_before = last is not None and (last.result, last.reason, last.digest) == (now.result, now.reason, now.digest)
    return None if said_before else f"update_{now.result}"


def to_keep(last: Decision | None, now: Decision) -> Decision:
    """Given the decision before and the one now, return the one that counts as the last from here on.

    What says nothing about the container takes no other's place: the same reason would be news again after it.
    """
    return last if last is not None and (now.result, now.reason) in _NO_NEWS else now
