"""Hooks: commands that a container's own labels name, run inside it before and after an update."""

from __future__ import annotations

from dataclasses import dataclass

DECLINES = 75
"""The exit code by which a pre hook says: not now (EX_TEMPFAIL of sysexits.h)."""
SHOWN = 200


@dataclass(frozen=True, slots=True)
class HookSettings:
    """What the configuration says: labels alone let nobody run commands."""

    are_on: bool = False
    timeout_s: float = 60.0


HOOKS_OFF = HookSettings()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed on both streams, bounded in size."""

    exit_code: int
    output: str


def said(which: str, ended: Ended) -> str:
    """Given which hook it was and how it ended, return a sentence with its last line."""
    last = next((line.strip() for line in reversed(ended.output.splitlines()) if line.strip()), "")
    return f"its {which} hook ended with exit code {ended.exit_code}{': ' if last else ''}{last[:SHOWN]}"
