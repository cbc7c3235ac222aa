"""What can go wrong with the lab itself.

LabError
├── AcquireError   a package could not be fetched or unpacked
├── StartError     something did not come up; carries the last lines of its log
└── CommandError   a program the lab ran answered with a failure

A lab that cannot start is a failure of the tests that need it, never a reason to skip them.
"""

from collections.abc import Sequence
from pathlib import Path

LOG_LINES = 25


class LabError(Exception):
    """The lab could not do what it was asked to."""


class AcquireError(LabError):
    """A package could not be fetched or unpacked."""


class StartError(LabError):
    """Something did not come up."""

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(f"{what}\nlast lines of {log}:\n{last_lines(log)}")


class CommandError(LabError):
    """A program answered with a failure; its output is kept."""

    def __init__(self, argv: Sequence[str], status: int | str, output: str) -> None:
        self.argv = list(argv)
        self.status = status
        self.output = output
        super().__init__(f"{' '.join(argv)} ended with {status}:\n{output.strip()}")


def last_lines(log: Path, count: int = LOG_LINES) -> str:
    """Return the last COUNT lines of LOG, or a note that there are none."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return "(no log was written)"
    return "\n".join(lines[-count:]) or "(the log is empty)"
