"""`dockmon update prune`: remove images that were kept to return to, as far as retention lets them go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli import prompt
from dockmon_cli.cli.output import Report, emit, say
from dockmon_cli.cli.selecting import Hosts
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.endings import each_once, entries
from dockmon_cli.cli.update.prune_items import PRUNE_COLUMNS, megabytes, prune_item
from dockmon_cli.core.errors import NeedsAnswer, UsageError
from dockmon_cli.core.report import ErrorEntry, exit_code
from dockmon_cli.core.retention import Judged, Limits
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.text import parse_duration
from dockmon_cli.services import update_prune as service


def prune(
    ctx: typer.Context,
    host: Hosts = None,
    keep: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Of each repository on a host; else update.keep_images.")
    ] = None,
    min_age: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Unused by dockmon for so long; else update.keep_min_age."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go; change nothing.")] = False,
) -> int:
    """Remove images from before earlier updates; never one that is in use, that you tagged, or that is needed."""
    settings = settings_of(ctx)
    selector, min_age_s = parse_selector(hosts=host or ()), _age(min_age)
    if not (dry_run or yes or prompt.can_ask()):
        raise NeedsAnswer("removing images needs a go-ahead, and there is no terminal to ask on", "add --yes")
    limit_s = settings.timeout_s
    with wiring.update_tools(settings, host_timeout_s=limit_s) as tools:
        limits = Limits(
            tools.limits.keep if keep is None else keep, tools.limits.min_age_s if min_age_s is None else min_age_s
        )
        agree = None if dry_run else lambda going: _agree(going, yes=yes)
        report = asyncio.run(service.prune(replace(tools, limits=limits), selector, agree))
    failures = each_once((*entries(report.problems), *_failures(report.items)))
    items = tuple(prune_item(item) for item in report.items)
    emit(Report(items, failures, PRUNE_COLUMNS, (_summary(report, dry_run=dry_run),)), settings)
    return exit_code(ok=report.hosts - len({entry.host for entry in _failures(report.items)}), failures=failures)


def _age(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--min-age: {error}", "0s is any age") from error


def _agree(going: Sequence[Judged], *, yes: bool) -> bool:
    if yes:
        return True
    for judged in going:
        image = judged.image
        say(f"  {image.host}  {image.repository}  {image.version or '-'}  {judged.message}")
    return prompt.confirm(f"Remove {len(going)} image{'s' if len(going) > 1 else ''}?", yes=False)


def _failures(items: Sequence[service.Pruned]) -> tuple[ErrorEntry, ...]:
    return tuple(
        ErrorEntry(
            item.error.code,
            f"could not remove {item.judged.image.repository}: {item.error.message}",
            item.error.hint or "it is kept; run the command again when the reason is gone",
            item.judged.image.host,
            item.judged.image.names[0],
            item.error.exit_code,
        )
        for item in items
        if item.error is not None
    )


def _summary(report: service.PruneReport, *, dry_run: bool) -> str:
    """One line: how many went and what that freed, as the engines count it."""
    if not report.went:
        return "nothing changed"
    goes = sum(item.judged.goes for item in report.items)
    if dry_run:
        return f"{goes} would be removed · {len(report.items) - goes} kept"
    removed = [item for item in report.items if item.result == "removed"]
    told = [item.freed_bytes for item in removed if item.freed_bytes is not None]
    freed = (
        f" · {megabytes(sum(told))} freed" if told else " · the engine did not tell what that freed" if removed else ""
    )
    return f"{len(removed)} removed · {len(report.items) - len(removed)} kept{freed}"
