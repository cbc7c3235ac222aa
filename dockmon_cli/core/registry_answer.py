"""Reading what a registry says beside the manifest: limits, waiting times, reasons. Nothing in it is trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from dockmon_cli.core.manifest import parse_json_object

LONGEST_COOLDOWN_S = 24 * 3600.0
"""A registry can't silence dockmon for longer, whatever it sends or the clock does."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_COUNT = re.compile(r"\s*(\d{1,9})\s*(?:[;,]|\Z)")
_SECONDS = re.compile(r"\s*(\d{1,9})(?:\.\d+)?\s*\Z")
_REASON_KEYS = ("message", "detail", "details", "error_description", "error", "code")


def clean(text: str, limit: int = 200) -> str:
    """Given text from a server, return one line without control characters, of at most `limit` characters."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def parse_remaining(value: str | None) -> int | None:
    """Given a `ratelimit-remaining` header such as `98;w=21600`, return the number; None if it tells none."""
    match = _COUNT.match(value or "")
    return int(match[1]) if match else None


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Given a `Retry-After` header (seconds or an HTTP date) and the present, return the seconds to wait.

    Never negative, never above `LONGEST_COOLDOWN_S`; None if the header tells nothing.
    """
    seconds = _SECONDS.match(value or "")
    wait = float(seconds[1]) if seconds else _until(value or "", now)
    return None if wait is None else min(max(wait, 0.0), LONGEST_COOLDOWN_S)


def reason_in(body: bytes) -> str:
    """Given the body of a refusal (distribution's `errors` list, or an OAuth error), return its text; may be empty."""
    try:
        document = parse_json_object(body)
    except ValueError:
        return ""
    errors = document.get("errors")
    listed = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else document
    return _first_text(listed)


def _first_text(document: Mapping[str, Any]) -> str:
    return next((clean(document[key]) for key in _REASON_KEYS if isinstance(document.get(key), str)), "")


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (moment.replace(tzinfo=now.tzinfo) if moment.tzinfo is None else moment).timestamp() - now.timestamp()
