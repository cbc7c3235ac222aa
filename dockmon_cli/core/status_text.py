"""Docker's STATUS text, read back into facts.

The engine's list tells since when a status holds, the exit code and the health only inside a sentence for
people ("Up 3 minutes (healthy)", "Exited (137) 2 days ago"). Its grammar is that of go-units HumanDuration;
Podman writes the same with small changes ("Up 3 minutes ago").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}
_AGE = re.compile(r"(?P<count>\d{1,9}|About an?|Less than a) (?P<unit>second|minute|hour|day|week|month|year)s?\b")
_EXIT_CODE = re.compile(r"\A(?:Exited|Restarting) \((-?\d{1,10})\)")
_HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")
# A container that never ran carries Go's zero time, which the engine prints as centuries.
_LONGEST_S = 40 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class StatusText:
    """What a STATUS text tells; None where it is silent. `since` is as precise as the unit it is written in."""

    since: datetime | None = None
    exit_code: int | None = None
    health: str | None = None


def parse_status_text(text: str, now: datetime) -> StatusText:
    """Given the engine's STATUS text and the moment it was read, return the facts in it."""
    code = _EXIT_CODE.search(text)
    health = _HEALTH.search(text)
    return StatusText(
        since=_since(text, now),
        exit_code=int(code[1]) if code else None,
        health=health[1] if health else None,
    )


def _since(text: str, now: datetime) -> datetime | None:
    found = _AGE.search(text)
    if found is None:
        return None
    age_s = _count(found["count"]) * _SECONDS[found["unit"]]
    return now - timedelta(seconds=age_s) if age_s < _LONGEST_S else None


def _count(words: str) -> int:
    if words.isdigit():
        return int(words)
    return 1 if words.startswith("About") else 0
