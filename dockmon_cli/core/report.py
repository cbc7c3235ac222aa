"""What went wrong, as data: entries of `errors` in every document, and the exit code that a run deserves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dockmon_cli.core.errors import ConfigError, DockmonError

ACCESS_DENIED = 4


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One failure of a run that went on, or of a whole command.

    `code` is a word of contract.md. `exit_code` is what the command would leave with if this were all that
    happened; it is no part of the document.
    """

    code: str
    message: str
    hint: str = ""
    host: str | None = None
    target: str | None = None
    exit_code: int = 1

    def document(self) -> dict[str, str | None]:
        """The entry as the documents show it."""
        return {
            "host": self.host, "target": self.target, "code": self.code, "message": self.message, "hint": self.hint,
        }  # fmt: skip


def entries_of(error: DockmonError) -> tuple[ErrorEntry, ...]:
    """Given an error of ours, return its entries: one, or one for each problem of a configuration."""
    messages = error.problems if isinstance(error, ConfigError) else (error.message,)
    return tuple(
        ErrorEntry(error.code, message, error.hint, error.host, error.target, error.exit_code) for message in messages
    )


def exit_code(*, ok: int, failures: Sequence[ErrorEntry], findings: bool = False, pending: bool = False) -> int:
    """Given how many of the things asked for succeeded and what failed, return the exit code.

    `findings` is true only where `--exit-code` asked for it and something was found; `pending` when
    `--timeout` ended the wait. Some of both is 3; where nothing succeeded it is what all failures have in
    common (4 when each was access or TLS), else 1.
    """
    if pending:
        return 8
    if not failures:
        return 9 if findings else 0
    return 3 if ok else common_exit_code(entry.exit_code for entry in failures)


def common_exit_code(codes: Iterable[int]) -> int:
    """Given the exit codes of several failures, return the one they share, or 1."""
    distinct = set(codes)
    return distinct.pop() if len(distinct) == 1 else 1
