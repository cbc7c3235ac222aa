"""`dockmon update plan`, and what `update apply --dry-run` prints: the same items."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.cli.update.endings import (
    counted,
    each_once,
    entries,
    left_out,
    not_automatic,
    nothing_to_do,
    open_notes,
    plan_entries,
    reading_exit_code,
    remarks,
)
from dockmon_cli.cli.update.items import AUTO_COLUMNS, PLAN_COLUMNS, plan_item
from dockmon_cli.cli.update.notes import change_notes
from dockmon_cli.cli.update.ordering import Ordering
from dockmon_cli.core.operation import Purpose
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.update_plan import PlanItem
from dockmon_cli.services import update as service

WOULD: Mapping[Purpose, str] = {"update": "would be updated", "rollback": "would be rolled back"}


def plan(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    auto: Annotated[bool, typer.Option("--auto", help="What goes by itself, and when each would start.")] = False,
    order: Ordering = None,
) -> int:
    """Show what `apply` would do, and why not where it would not; from stored answers, asking where there are none."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    limit_s = settings.timeout_s
    with wiring.update_tools(settings, host_timeout_s=limit_s, flags={"order": order}) as tools:
        report = asyncio.run(service.plan(tools, selector, service.Asked(by_itself=auto)))
    return show(report, settings, named=bool(selector.targets), by_itself=auto)


def show(report: service.PlanReport, settings: Settings, *, named: bool, by_itself: bool = False) -> int:
    """Print a plan and return the exit code; `named` says that TARGETs were, `by_itself` that it is of --auto."""
    worth = worth_showing(report.items)
    shown = worth if settings.holds_everything else [item for item in worth if not _is_nobodys(item)]
    failures = each_once((*entries(report.problems), *plan_entries(report.items)))
    words = [_words(item) for item in shown if item.reason != "stopped"]
    nothing = "" if failures else nothing_to_do(report.covered)
    emit(
        Report(
            items=tuple(plan_item(item) for item in shown),
            errors=failures,
            columns=AUTO_COLUMNS if by_itself else PLAN_COLUMNS,
            notes=tuple(
                filter(
                    None,
                    (
                        counted(words) or nothing,
                        *remarks(shown),
                        *change_notes(item.candidate for item in shown if item.swap),
                        *left_out(worth),
                        *not_automatic(worth),
                        *open_notes(report.open_ops),
                    ),
                )
            ),
        ),
        settings,
    )
    told = sum(item.would != "failed" for item in report.items)
    return reading_exit_code(told=told, hosts=report.hosts, named=named, failures=failures)


def worth_showing(items: Sequence[PlanItem]) -> list[PlanItem]:
    """Under a selection, what is up to date is not listed; what was named is."""
    return [item for item in items if item.would != "unchanged" or item.candidate.named]


def _is_nobodys(item: PlanItem) -> bool:
    """What --auto is not about is counted below the table."""
    return item.reason == "not_automatic" and not item.candidate.named


def _words(item: PlanItem) -> str:
    if item.would == "update" and item.starts_at and item.reason:
        return "would be updated later"
    return WOULD[item.candidate.purpose] if item.would == "update" else item.would
