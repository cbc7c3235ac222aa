"""`dockmon update check`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.endings import each_once, entries, open_notes, reading_exit_code, unknown_entries
from dockmon_cli.cli.update.items import CHECK_COLUMNS, check_item
from dockmon_cli.core.check_answer import FINDINGS
from dockmon_cli.core.errors import HostError
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import update as service
from dockmon_cli.services.update_look import Looked


def check(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    show_all: Annotated[bool, typer.Option("-a", "--all", help="Also show what is up to date.")] = False,
    findings_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 9 if there are updates.")] = False,
) -> int:
    """Tell what is outdated. Asks the registries each time; pulls nothing, changes nothing."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    limit_s = settings.timeout_s
    with wiring.update_tools(settings, host_timeout_s=limit_s) as tools:
        report = asyncio.run(service.check(tools, selector))
    shown = [entry for entry in report.looked if show_all or entry.named or not _is_quiet(entry, settings.format)]
    failures = each_once((*entries(report.problems), *unknown_entries(report.looked)))
    emit(
        Report(
            items=tuple(check_item(entry) for entry in shown),
            errors=failures,
            columns=CHECK_COLUMNS,
            notes=(_summary(report), *open_notes(report.open_ops)),
        ),
        settings,
    )
    return reading_exit_code(
        told=sum(entry.checked.answer.state != "unknown" for entry in report.looked),
        hosts=report.hosts,
        named=bool(selector.targets),
        failures=failures,
        findings=findings_code and any(entry.checked.answer.state in FINDINGS for entry in report.looked),
    )


def _is_quiet(entry: Looked, wanted: str) -> bool:
    """Tables leave out what needs nobody's attention; documents hold everything."""
    return wanted in ("table", "wide", "name") and entry.checked.answer.state == "up_to_date"


def _summary(report: service.CheckReport) -> str:
    """Count what was found, in one line."""
    if not report.looked and not report.problems:
        return "no container matches"
    states = [entry.checked.answer.state for entry in report.looked]
    silent = len({problem.host for problem in report.problems if isinstance(problem, HostError)})
    parts = (
        (True, states.count("up_to_date"), "up to date"),
        (True, sum(state in FINDINGS for state in states), "outdated"),
        (False, states.count("unknown"), "unknown"),
        (False, silent, f"host{'s' if silent > 1 else ''} unreachable"),
        (True, report.lookups, f"lookup{'s' if report.lookups != 1 else ''}"),
    )
    return " · ".join(f"{count} {words}" for always, count, words in parts if always or count)
