"""`dockmon update history`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.endings import entries, open_notes, reading_exit_code
from dockmon_cli.cli.update.items import HISTORY_COLUMNS, operation_item
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import update_history as service


def history(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="The newest N.")] = 50,
) -> int:
    """Show what was updated, when, by whom, and what came of it."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    limit_s = settings.timeout_s
    with wiring.update_tools(settings, host_timeout_s=limit_s) as tools:
        report = asyncio.run(service.history(tools, selector, limit=limit))
    failures = entries(report.problems)
    emit(
        Report(
            items=tuple(operation_item(operation) for operation in report.operations),
            errors=failures,
            columns=HISTORY_COLUMNS,
            notes=(
                *_of_others(report.of_others),
                *open_notes([operation for operation in report.operations if operation.phase != "closed"]),
            ),
        ),
        settings,
    )
    return reading_exit_code(
        told=len(report.operations), hosts=report.hosts, named=bool(selector.targets), failures=failures
    )


def _of_others(operations: Sequence[Operation]) -> tuple[str, ...]:
    """A line that says why operations of containers are listed that nobody asked for."""
    names = dict.fromkeys(f"{operation.host}/{operation.name}" for operation in operations)
    return (f"what was asked for went along in operations of: {', '.join(names)}",) if names else ()
