"""What keeps an update back until it is time for it, or until somebody says so.

Each reason holds in some modes only. A named TARGET is somebody's own decision about this container, a selection about
many, automatic mode is nobody's; so the first overrides most, the last nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from dockmon_cli.core.container_settings import in_words
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.text import age, duration_text
from dockmon_cli.core.windows import Window

Mode = Literal["named", "selection", "auto"]
"""How it came to be asked about: a TARGET, a selection (or `--all`), or `--auto` with or without either."""

RefusedKind = Literal["skip", "rolled_back"]

Reason = Literal["not_automatic", "held", "rolled_back_before", "skip", "min_age", "window"]

_ALL: frozenset[Mode] = frozenset(("named", "selection", "auto"))
_UNNAMED: frozenset[Mode] = frozenset(("selection", "auto"))
_AUTO: frozenset[Mode] = frozenset(("auto",))
HOLDS_IN: dict[Reason, frozenset[Mode]] = {
    "not_automatic": _AUTO,
    "held": _ALL,
    "rolled_back_before": _UNNAMED,
    "skip": _UNNAMED,
    "min_age": _AUTO,
    "window": _AUTO,
}
"""The modes in which a reason keeps the update back; in the others it is overridden. In order, the strongest first."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Refused:
    """That one container is not to get this digest: `skip` is the user's word, `rolled_back` what happened."""

    host_id: str
    identity: str
    digest: str
    kind: RefusedKind
    by: str
    at: datetime
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Restraint:
    """All that keeps the update of one container back; the default is nothing, on automatic.

    `auto_origin` tells where it stands that it is (or is not) on automatic. `window` None is any time, a
    `window_problem` says why what is set for it can't be read: then no time is right. `first_seen_at` is when
    dockmon first saw what it could move to; where that is not known, it is as if it was seen now. `as_of` is now.
    """

    is_automatic: bool = True
    auto_origin: str = "default"
    hold: Hold | None = None
    rolled_back: Refused | None = None
    skipped: Refused | None = None
    min_age_s: float = 0.0
    first_seen_at: datetime | None = None
    window: Window | None = None
    window_problem: str = ""
    as_of: datetime = _LONG_AGO


UNRESTRAINED = Restraint()


@dataclass(frozen=True, slots=True)
class Kept:
    """Why an update is kept back: the reason, a sentence for people, and what ends it."""

    reason: Reason
    message: str
    hint: str


def kept_back(restraint: Restraint, mode: Mode, target: str) -> Kept | None:
    """Given what restrains a container and how it was asked for, return what keeps it back, or None."""
    now = restraint.as_of
    found = {
        "not_automatic": not restraint.is_automatic,
        "held": restraint.hold is not None and not restraint.hold.has_ended(now, restraint.first_seen_at),
        "rolled_back_before": restraint.rolled_back is not None,
        "skip": restraint.skipped is not None,
        "min_age": now < _old_enough(restraint),
        "window": bool(restraint.window_problem) or not (restraint.window is None or restraint.window.is_open(now)),
    }
    reason = next((reason for reason, modes in HOLDS_IN.items() if mode in modes and found[reason]), None)
    return None if reason is None else Kept(reason, *_said(reason, restraint, target))


def starts_at(restraint: Restraint) -> datetime | None:
    """Return when automatic mode would start this update if nothing else changes; None for never by itself."""
    hold, now = restraint.hold, restraint.as_of
    if not restraint.is_automatic or restraint.rolled_back or restraint.skipped or restraint.window_problem:
        return None
    if hold is not None and hold.until is None and not hold.has_ended(now, restraint.first_seen_at):
        return None
    start = max(now, _old_enough(restraint), hold.until if hold and hold.until else now)
    return restraint.window.next_open(start) if restraint.window else start


def _old_enough(restraint: Restraint) -> datetime:
    return (restraint.first_seen_at or restraint.as_of) + timedelta(seconds=restraint.min_age_s)


def _said(reason: Reason, restraint: Restraint, target: str) -> tuple[str, str]:
    """The sentence, and what to do about it."""
    hold, seen = restraint.hold, restraint.first_seen_at or restraint.as_of
    now_by_name = f"to update it all the same: dockmon update apply {target}"
    origin = "" if restraint.auto_origin == "default" else f" ({restraint.auto_origin})"
    table = {
        "not_automatic": (f"it is not on automatic{origin}", f"dockmon update auto on {target}"),
        "held": _held(hold, target),
        "rolled_back_before": (
            f"this image was rolled back here {_day(restraint.rolled_back)}",
            f"to try it again: dockmon update apply {target}; to let it come by itself: dockmon resume {target}",
        ),
        "skip": (f"this version is skipped {_by(restraint.skipped)}", f"dockmon update skip --undo {target}"),
        "min_age": (
            f"the new image was first seen {age((restraint.as_of - seen).total_seconds())} ago, "
            f"and is to be {duration_text(restraint.min_age_s)} old",
            now_by_name,
        ),
        "window": (_closed(restraint), now_by_name),
    }
    return table[reason]


def _held(hold: Hold | None, target: str) -> tuple[str, str]:
    """It ends with the words that began it."""
    if hold is None:
        return "", ""
    return f"it is held {hold.why}{_until(hold)}", f"dockmon resume {target if hold.exact else in_words(hold.selector)}"


def _until(hold: Hold) -> str:
    if hold.until is not None:
        return f", until {hold.until:%Y-%m-%d %H:%M}Z"
    return ", until the next image" if hold.until_next_image else ""


def _day(refused: Refused | None) -> str:
    return f"on {refused.at:%Y-%m-%d}" if refused else ""


def _by(refused: Refused | None) -> str:
    return f"by {refused.by}, {refused.at:%Y-%m-%d}" if refused else ""


def _closed(restraint: Restraint) -> str:
    if restraint.window is None:
        return restraint.window_problem
    opens = restraint.window.local(restraint.window.next_open(restraint.as_of))
    return f"its window ({restraint.window.text}) opens {opens:%a %Y-%m-%d %H:%M %Z}"
