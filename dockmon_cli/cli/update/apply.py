"""`dockmon update apply`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli import prompt
from dockmon_cli.cli.output import Report, emit
from dockmon_cli.cli.running import ON_RECORD, run_until_stopped
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.cli.update.consent import TerminalWatcher
from dockmon_cli.cli.update.endings import (
    apply_exit_code,
    counted,
    each_once,
    entries,
    finished_notes,
    freed_by,
    is_news,
    left_out,
    nothing_to_do,
    open_entries,
    outcome_entries,
)
from dockmon_cli.cli.update.items import OUTCOME_COLUMNS, outcome_item
from dockmon_cli.cli.update.notes import change_notes
from dockmon_cli.cli.update.ordering import Ordering
from dockmon_cli.cli.update.plan import show
from dockmon_cli.cli.update.scope import require_scope
from dockmon_cli.core.errors import NeedsAnswer, UsageError
from dockmon_cli.core.report import ErrorEntry
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.core.text import parse_duration
from dockmon_cli.services import update as service


def apply(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    everything: Annotated[bool, typer.Option("--all", help="Every container that runs and has an update.")] = False,
    auto: Annotated[bool, typer.Option("--auto", help="Those on automatic, as age, window and holds allow.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking; answers no warning.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also answer what needs an answer of its own.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look up and show the plan; change nothing.")] = False,
    max_parallel: Annotated[int | None, typer.Option(min=1, metavar="N", help="How many at a time.")] = None,
    verify_timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long a new container may take to prove itself.")
    ] = None,
    order: Ordering = None,
) -> int:
    """Update containers: each is proven in its place, and the original comes back if it fails."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    asked = service.Asked(force=force, by_itself=auto)
    _check_words(selector, asked, everything=everything, asks=not dry_run and not yes and not auto)
    with wiring.update_tools(
        settings,
        max_parallel=max_parallel,
        verify_timeout_s=parse_limit(verify_timeout),
        host_timeout_s=settings.timeout_s if dry_run else None,
        flags={"order": order},
    ) as tools:
        if dry_run:
            report = asyncio.run(service.plan(tools, selector, asked, fresh=True))
            return show(report, settings, named=bool(selector.targets), by_itself=auto)
        chooses = selector.is_empty and not everything and not auto
        watcher = TerminalWatcher(settings, yes=yes, chooses=chooses)
        done = run_until_stopped(
            lambda stop: service.apply(tools, selector, watcher, stop, asked),
            timeout_s=settings.timeout_s,
            left=ON_RECORD,
        )
    return tell(done, settings, named=bool(selector.targets), by_itself=auto)


def _check_words(selector: Selector, asked: service.Asked, *, everything: bool, asks: bool) -> None:
    """What goes together, says enough, and asks nobody where nobody sits. Raise UsageError or NeedsAnswer."""
    if asked.by_itself and (everything or asked.force):
        other = "--all" if everything else "--force"
        raise UsageError(f"--auto and {other} exclude each other", "--auto overrides nothing; leave one of them out")
    waived = asked.by_itself or (asks and prompt.can_ask())
    require_scope(selector, "update", everything=everything, others=" or --auto", waived=waived)
    if asks and not prompt.can_ask():
        raise NeedsAnswer("updating needs a go-ahead, and there is no terminal to ask on", "add --yes")


def parse_limit(text: str | None) -> float | None:
    """Given the words after `--verify-timeout`, return seconds. Raise UsageError unless it is a positive duration."""
    if text is None:
        return None
    try:
        seconds = parse_duration(text, bare=True)
    except ValueError as error:
        raise UsageError(f"--verify-timeout: {error}", "a number alone is seconds") from error
    if seconds <= 0:
        raise UsageError("--verify-timeout must be more than 0", "write it like 90s or 5m")
    return seconds


def tell(report: service.ApplyReport, settings: Settings, *, named: bool, by_itself: bool = False) -> int:
    """Print what was done and return the exit code; `named` says that TARGETs were.

    A run that nobody asked for shows people what is new to them, and nothing every night: cron makes a mail of it.
    """
    problems, still_open = entries(report.problems), open_entries(report.open_still)
    if not report.went:
        return _tell_declined(report, settings, (*problems, *still_open))
    told = [o for o in report.outcomes if o.result != "unchanged" or o.item.candidate.named]
    failed = each_once((*still_open, *outcome_entries(told)))
    shown = told if settings.holds_everything or not by_itself else [o for o in told if is_news(o, report.news)]
    words = counted(outcome.result for outcome in shown if outcome.reason != "stopped")
    silent = problems or failed or (by_itself and not prompt.can_ask())
    words = words or ("" if silent else nothing_to_do(report.covered))
    notes = (
        words,
        *finished_notes(report.recovered),
        *freed_by(report.outcomes),
        *left_out(outcome.item for outcome in told),
        *change_notes(o.item.candidate for o in shown if o.result == "updated"),
    )
    emit(
        Report(
            items=tuple(outcome_item(outcome) for outcome in shown),
            errors=each_once((*problems, *failed)),
            columns=OUTCOME_COLUMNS,
            notes=tuple(filter(None, notes)),
            text="" if by_itself and not shown else None,
        ),
        settings,
    )
    return apply_exit_code(report, problems, failed, named=named)


def _tell_declined(report: service.ApplyReport, settings: Settings, errors: tuple[ErrorEntry, ...]) -> int:
    """After a no: what would have needed an answer of its own. What was finished from before is finished."""
    declined = tuple(outcome_item(outcome) for outcome in report.outcomes)
    notes = ("nothing changed", *finished_notes(report.recovered))
    emit(Report(declined, columns=OUTCOME_COLUMNS, errors=errors, notes=notes), settings)
    return 0
