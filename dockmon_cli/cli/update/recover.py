"""`dockmon update recover`."""

from __future__ import annotations

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.running import SWAP_HOST_TIMEOUT_S, run_until_stopped
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.consent import TerminalWatcher
from dockmon_cli.cli.update.endings import counted, entries, stopped_exit_code
from dockmon_cli.cli.update.items import HISTORY_COLUMNS, operation_item
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.report import ErrorEntry, exit_code
from dockmon_cli.services import update_recover as service


def recover(ctx: typer.Context) -> int:
    """Bring updates that were cut short to a good end: one container each, old or new, as it was."""
    settings = settings_of(ctx)
    with wiring.update_tools(settings, host_timeout_s=SWAP_HOST_TIMEOUT_S) as tools:
        watcher = TerminalWatcher(settings, yes=True)
        report = run_until_stopped(lambda stop: service.recover(tools, watcher, stop), timeout_s=settings.timeout_s)
    still = tuple(
        ErrorEntry(row.result or "interrupted", f"still open: {row.message or 'its host gave no answer'}",
                   _next_step(row), row.host, f"{row.host}/{row.name}")
        for row in report.open_still
    )  # fmt: skip
    failures = (*entries(report.problems), *still)
    nothing = "" if failures else "nothing to recover"
    emit(
        Report(
            items=tuple(operation_item(row) for row in report.done),
            errors=failures,
            columns=HISTORY_COLUMNS,
            notes=tuple(filter(None, (counted(str(row.result) for row in report.done) or nothing,))),
        ),
        settings,
    )
    return stopped_exit_code(report.stopped, pending=bool(report.open_still)) or exit_code(
        ok=len(report.done), failures=failures
    )


def _next_step(row: Operation) -> str:
    if row.result == "rollback_failed":
        return "both containers are kept; mend what is in the way, then: dockmon update recover"
    return "when the host answers again: dockmon update recover"
