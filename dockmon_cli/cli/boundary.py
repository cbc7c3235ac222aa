"""The one place that turns an error, whatever it is, into a message and an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Iterator

import typer

from dockmon_cli.cli.output import Report, emit, leave_the_pipe
from dockmon_cli.cli.settings import DOCUMENTS, Settings
from dockmon_cli.core.errors import DockmonError, OutputError, UsageError
from dockmon_cli.core.report import ErrorEntry, common_exit_code, entries_of
from dockmon_cli.core.text import did_you_mean

INTERRUPTED = 130


class Unexpected(DockmonError):
    """A mistake of ours: an error that nothing translated."""

    code = "internal"


def guarded(work: Callable[[], int | None], settings: Settings) -> int:
    """Do the work and return its exit code; tell every error in the format that was asked for."""
    try:
        return work() or 0
    except typer.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        leave_the_pipe(sys.stdout)
        return 0
    except BaseException as error:  # noqa: BLE001 - this is the place
        return _tell(error, settings)


def _tell(error: BaseException, settings: Settings) -> int:
    """Print what went wrong and return the exit code."""
    leaves = list(_leaves(error))
    if any(isinstance(leaf, KeyboardInterrupt | typer.Abort) for leaf in leaves):
        if settings.format in DOCUMENTS:  # whoever parses the output gets a document; a person knows what they typed
            emit(Report(errors=(ErrorEntry("interrupted", "interrupted", "run the command again"),)), settings)
        return INTERRUPTED
    known = [_translated(leaf) for leaf in leaves]
    if any(isinstance(leaf, Unexpected) for leaf in known) and settings.env.get("DOCKMON_DEBUG"):
        traceback.print_exception(error)
    entries = tuple(entry for leaf in known for entry in entries_of(leaf))
    emit(Report(errors=entries), settings)
    return common_exit_code(leaf.exit_code for leaf in known)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors inside a group, or the error itself."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _translated(error: BaseException) -> DockmonError:
    if isinstance(error, DockmonError):
        return error
    if isinstance(error, typer.TyperException):
        return _usage_error(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        leave_the_pipe(sys.stdout)  # typer prints its help by itself
        return OutputError(f"the output can't be written: {error.strerror}", "free some space, or write it elsewhere")
    return Unexpected(
        f"unexpected {type(error).__name__}: {error}",
        "this is a mistake in dockmon: please report it, with what you typed and what it prints with DOCKMON_DEBUG=1",
    )


def _usage_error(error: typer.TyperException) -> UsageError:
    """Given an error of typer's, return it in our words, with the nearest option where one was unknown."""
    ctx: typer.Context | None = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "dockmon"
    hint = f"`{path} -h` shows how it is used"
    # Only the error for an unknown option has this attribute; its class has no public name.
    if ctx is None or not hasattr(error, "possibilities"):
        text = error.format_message().rstrip(".")
        return UsageError(text[:1].lower() + text[1:], hint)
    unknown: str = getattr(error, "option_name", "")
    known = [name for param in ctx.command.get_params(ctx) for name in param.opts if name.startswith("--")]
    return UsageError(f"`{path}` has no option {unknown}", did_you_mean(unknown, known) or hint)
