"""Holds: what somebody paused, for what, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from dockmon_cli.core.containers import Container
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.text import printable

Feature = Literal["update"]
FEATURES: tuple[Feature, ...] = get_args(Feature)
"""What can be paused: everything that acts by itself. One that is stored and not known here is kept as it is."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One pause of some features.

    `exact` is the (host_id, identity) of the one container that it was set for; without it the selector decides, for
    containers to come too. It ends at `until`, or with `until_next_image` for each container at the first image that
    dockmon saw after `at`; with neither when somebody resumes.
    """

    id: str
    features: tuple[str, ...]
    by: str
    at: datetime
    selector: Selector = field(default_factory=Selector)
    exact: tuple[str, str] | None = None
    until: datetime | None = None
    until_next_image: bool = False
    reason: str | None = None

    def covers(self, container: Container) -> bool:
        """Tell whether it was set for this container, over or not."""
        if self.exact is not None:
            return self.exact == (container.host_id, container.identity)
        return self.selector.is_selection and self.selector.covers(container)

    def has_ended(self, now: datetime, first_seen_at: datetime | None = None) -> bool:
        """Tell whether it is over; `first_seen_at` is when dockmon first saw the image that could come next."""
        if self.until is not None and now >= self.until:
            return True
        return self.until_next_image and first_seen_at is not None and first_seen_at > self.at

    @property
    def why(self) -> str:
        """Who set it, when and why, in words."""
        said = f', "{printable(self.reason)}"' if self.reason else ""
        return f"by {self.by}, {self.at:%Y-%m-%d}{said}"


def hold_on(
    holds: Iterable[Hold], container: Container, feature: str, now: datetime, first_seen_at: datetime | None = None
) -> Hold | None:
    """Given all holds, return the one that pauses a feature of this container for longest, or None."""
    held = [
        hold
        for hold in holds
        if feature in hold.features and hold.covers(container) and not hold.has_ended(now, first_seen_at)
    ]
    return max(held, key=_lasts, default=None)


def _lasts(hold: Hold) -> tuple[bool, bool, float]:
    """The longer it lasts the greater: without an end, until an image comes, until some time."""
    until = hold.until.timestamp() if hold.until else 0.0
    return hold.until is None and not hold.until_next_image, hold.until is None, until
