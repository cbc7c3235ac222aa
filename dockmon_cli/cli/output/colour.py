"""Colours for state words: green is well, yellow asks for a look, red is wrong, the rest stays as it is."""

from __future__ import annotations

_GREEN, _YELLOW, _RED = "32", "33", "31"

_COLOURS = {
    **dict.fromkeys(("running", "healthy", "up_to_date", "updated", "allow", "fresh", "valid", "full"), _GREEN),
    **dict.fromkeys(
        ("paused", "restarting", "starting", "stale", "unknown", "update_available", "pulled", "new", "warn",
         "needs_confirmation", "interrupted", "read_only", "skipped"),
        _YELLOW,
    ),
    **dict.fromkeys(
        ("unhealthy", "dead", "failed", "rolled_back", "rollback_failed", "block", "blocked", "unreachable"), _RED
    ),
}  # fmt: skip


def coloured(word: str) -> str:
    """Given a cell, return it in the colour of the state it names, if it names one."""
    code = _COLOURS.get(word)
    return f"\x1b[{code}m{word}\x1b[0m" if code else word
