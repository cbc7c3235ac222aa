"""`dockmon update show`: the whole journal of one operation, to be read at three in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.items import HISTORY_COLUMNS, operation_item
from dockmon_cli.core.advice import what_to_do
from dockmon_cli.core.operation import ImageVersion, Operation, StepRecord
from dockmon_cli.core.text import age, printable, printable_lines
from dockmon_cli.services import update_history as service

SHORT_DIGEST = len("sha256:") + 12


def show(
    ctx: typer.Context,
    op: Annotated[str, typer.Argument(metavar="OP", help="An operation of `update history`, or how it begins.")],
) -> None:
    """Show one operation whole: its steps, how it ended, what hooks and a new container printed, and what to do."""
    settings = settings_of(ctx)
    with wiring.update_tools(settings) as tools:
        operation = service.show(tools, op)
    text = "\n".join(_page(operation, datetime.now(UTC)))
    emit(Report(items=(operation_item(operation),), columns=HISTORY_COLUMNS, text=text), settings)


def _page(operation: Operation, now: datetime) -> Iterator[str]:
    yield from (f"{title:<9}  {printable(text)}" for title, text in _head(operation, now) if text)
    yield ""
    yield from _steps(operation)
    for step in operation.steps:
        yield from _printed(f"output of the {step.words}", step.output)
    yield from _printed("last words of the new container", operation.log)
    if advice := what_to_do(operation):
        yield from ("", f"what to do: {advice}")


def _printed(title: str, text: str) -> Iterator[str]:
    if text:
        yield from ("", f"{printable(title)}:")
        yield from (f"  {line}" for line in printable_lines(text).splitlines())


def _head(operation: Operation, now: datetime) -> tuple[tuple[str, str], ...]:
    return (
        ("operation", f"{operation.op}{'  rollback' if operation.purpose == 'rollback' else ''}"),
        ("container", f"{operation.host}/{operation.name}  {_other_names(operation)}".rstrip()),
        ("result", _result(operation)),
        ("message", operation.message),
        ("old", _version(operation.old)),
        ("new", _version(operation.new)),
        ("by", operation.by),
        ("started", f"{_moment(operation.opened_at)}, {age((now - operation.opened_at).total_seconds())} ago"),
        ("ended", _end(operation)),
        ("exit code", "" if operation.exit_code is None else f"{operation.exit_code} of the new container"),
    )


def _other_names(operation: Operation) -> str:
    return "" if operation.identity == operation.name else f"({operation.identity})"


def _result(operation: Operation) -> str:
    words = (operation.result or "open").replace("_", " ")
    reason = f": {operation.reason.replace('_', ' ')}" if operation.reason not in (None, operation.result) else ""
    still = ", not finished" if operation.result and operation.phase != "closed" else ""
    return f"{words}{reason}{still}"


def _version(version: ImageVersion) -> str:
    return "  ".join(filter(None, (version.version, (version.digest or "")[:SHORT_DIGEST]))) or "-"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def _end(operation: Operation) -> str:
    if operation.closed_at is None:
        return "not yet"
    return f"{_moment(operation.closed_at)}, after {(operation.closed_at - operation.opened_at).total_seconds():.1f} s"


def _steps(operation: Operation) -> Iterator[str]:
    """A line for each step: how long after the beginning, how long it took, what came of it."""
    names = [f"{step.container}: {step.name}" if step.container else step.name for step in operation.steps]
    width = max([14, *map(len, names)])
    yield f"{'STEP':<{width}}{'AT':>9}{'TOOK':>9}  RESULT"
    for name, step in zip(names, operation.steps, strict=True):
        at = f"+{(step.started_at - operation.opened_at).total_seconds():.1f}s"
        took = "-" if step.duration_s is None else f"{step.duration_s:.2f}s"
        yield f"{name:<{width}}{at:>9}{took:>9}  {_outcome(step)}".rstrip()


def _outcome(step: StepRecord) -> str:
    words = "begun, and nobody saw its end" if step.result == "begun" else step.result
    return f"{words}: {printable(step.detail)}" if step.detail else words
