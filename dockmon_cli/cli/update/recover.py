"""`dockmon update recover`."""

from __future__ import annotations

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.running import ON_RECORD, run_until_stopped
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.consent import TerminalWatcher
from dockmon_cli.cli.update.endings import counted, entries, open_entries, stopped_exit_code
from dockmon_cli.cli.update.items import HISTORY_COLUMNS, operation_item
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.report import exit_code
from dockmon_cli.services import update_recover as service

HOST_TIMEOUT_S = 30.0
"""How long a host may take to answer: its container may be down, so patience is safer than in other commands."""


def recover(ctx: typer.Context) -> int:
    """Bring updates that were cut short to a good end: one container each, old or new, as it was."""
    settings = settings_of(ctx)
    with wiring.update_tools(settings, host_timeout_s=HOST_TIMEOUT_S) as tools:
        watcher = TerminalWatcher(settings, yes=True)
        report = run_until_stopped(
            lambda stop: service.recover(tools, watcher, stop), timeout_s=settings.timeout_s, left=ON_RECORD
        )
    failures = (*entries(report.problems), *open_entries(report.open_still))
    results = [str(row.result) for row in report.done]
    nothing = "" if failures else "nothing to recover"
    emit(
        Report(
            items=tuple(operation_item(row) for row in report.done),
            errors=failures,
            columns=HISTORY_COLUMNS,
            notes=(*map(_said, filter(_says_more, report.done)), *filter(None, (counted(results) or nothing,))),
        ),
        settings,
    )
    return stopped_exit_code(report.stopped, pending=bool(report.open_still)) or exit_code(
        ok=len(report.done), failures=failures
    )


def _says_more(row: Operation) -> bool:
    """True if there is more to tell than that it was cut short: something else was found than was left behind."""
    return row.message not in ("", service.CUT_SHORT)


def _said(row: Operation) -> str:
    return f"{row.host}/{row.name}: {str(row.result).replace('_', ' ')}: {row.message}"
