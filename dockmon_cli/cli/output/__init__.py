"""The output contract: one report, printed in any of the formats.

Data go to stdout, everything else to stderr. Each format is a module of this package with
`render(report, settings) -> str`, loaded when it is asked for.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import zip_longest
from typing import TextIO

from dockmon_cli.cli.loading import RENDERERS, load
from dockmon_cli.cli.output.report import Column, Item, Report
from dockmon_cli.cli.settings import DOCUMENTS, Settings
from dockmon_cli.core.errors import OutputError
from dockmon_cli.core.report import ErrorEntry, entries_of
from dockmon_cli.core.text import printable

__all__ = ["Column", "Item", "Report", "emit", "leave_the_pipe", "say", "say_error"]


def emit(report: Report, settings: Settings) -> None:
    """Print the report: data on stdout in the format asked for, failures and notes on stderr.

    Raise OutputError where that is all that went wrong; other failures are told all the same, and decide the exit code.
    """
    unwritten = _print(report, settings)
    for entry, following in zip_longest(report.errors, report.errors[1:]):
        say_error(entry, hint="" if following and following.hint == entry.hint else entry.hint)
    if not settings.quiet:
        for note in report.notes:
            say(note)
    if unwritten and not report.errors:
        raise unwritten
    if unwritten:
        say_error(*entries_of(unwritten), hint=unwritten.hint)


def _print(report: Report, settings: Settings) -> OutputError | None:
    """Print the data, if there are any to print; return why they can't be written."""
    if settings.format in DOCUMENTS or (settings.shows_table and (report.items or report.text or not report.errors)):
        renderer = load(RENDERERS[settings.format])
        try:
            _write(renderer.render(report, settings), sys.stdout)
        except OutputError as error:
            return error
    return None


def say(line: str) -> None:
    """Print one line for people on stderr, without control characters.

    What nobody can read (the terminal is gone, the log's disk is full) ends no work that is under way.
    """
    with suppress(OutputError):
        _write(f"{printable(line)}\n", sys.stderr)


def say_error(entry: ErrorEntry, *, hint: str) -> None:
    """Print a failure on stderr: what and why, then the next step."""
    say(f"{entry.target or entry.host or 'dockmon'}: {entry.message}")
    if hint:
        say(f"  {hint}")


def _write(text: str, stream: TextIO) -> None:
    """Write at once. A reader that has left is no failure of the run, whose exit code stands.

    Raise OutputError for anything else that keeps the text from being written; what follows goes nowhere.
    """
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        leave_the_pipe(stream)
    except OSError as error:
        leave_the_pipe(stream)
        why = error.strerror or error
        raise OutputError(
            f"the output can't be written: {why}", "free some space, or write it elsewhere; what was done is done"
        ) from error


def leave_the_pipe(stream: TextIO) -> None:
    """Let what is still written to this stream, and the interpreter's last flush of it, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
