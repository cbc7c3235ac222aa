"""`dockmon update pull`."""

from __future__ import annotations

from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.running import run_until_stopped
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.consent import TerminalWatcher
from dockmon_cli.cli.update.endings import (
    FAILED,
    OWN_CODES,
    counted,
    each_once,
    entries,
    freed_note,
    stopped_exit_code,
)
from dockmon_cli.cli.update.scope import require_scope
from dockmon_cli.core.report import ErrorEntry, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import update_pull as service

_COLUMNS = (
    Column("TARGET", "target"),
    Column("RESULT", "result", state=True),
    Column("REASON", "reason"),
    Column("NEW", "new.version"),
    Column("SIZE", lambda item: f"{item['size_bytes'] / 1e6:.1f}MB" if item["size_bytes"] else None),
    Column("NEW-DIGEST", "new.digest", wide=True),
)
_REFUSED = frozenset({"blocked", "skipped"})


def pull(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
    everything: Annotated[bool, typer.Option("--all", help="For every container that has an update.")] = False,
) -> int:
    """Fetch new images now, for an update later: containers and your tags stay as they are."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    require_scope(selector, "pull", everything=everything)
    with wiring.update_tools(settings) as tools:
        watcher = TerminalWatcher(settings, yes=True)
        report = run_until_stopped(
            lambda stop: service.pull(tools, selector, watcher, stop), timeout_s=settings.timeout_s
        )
    return _tell(ctx, report, named=bool(selector.targets))


def _tell(ctx: typer.Context, report: service.PullReport, *, named: bool) -> int:
    """Print what was fetched and return the exit code; `named` says that TARGETs were."""
    shown = [entry for entry in report.items if _is_shown(entry)]
    problems = entries(report.problems)
    failed = each_once(
        _entry(entry) for entry in shown if entry.result in FAILED or (named and entry.result in _REFUSED)
    )
    words = counted(entry.result for entry in shown) or ("" if problems else "nothing to pull")
    items = tuple(map(_item, shown))
    notes = (*filter(None, (words,)), *freed_note(report.freed, "superseded images removed"))
    emit(Report(items, each_once((*problems, *failed)), _COLUMNS, notes), settings_of(ctx))
    pending = any(entry.reason == "timeout" for entry in report.items)
    if code := stopped_exit_code(report.stopped, pending=pending):
        return code
    ok = sum(entry.result in ("pulled", "unchanged") for entry in shown)
    return exit_code(ok=max(ok, 0 if named or failed else report.hosts), failures=(*problems, *failed))


def _is_shown(entry: service.Pulled) -> bool:
    candidate = entry.item.candidate
    return candidate.has_update or candidate.named or entry.result in FAILED


def _entry(entry: service.Pulled) -> ErrorEntry:
    container = entry.item.candidate.container
    code = entry.reason if entry.reason in OWN_CODES else entry.result
    message = f"{entry.result}: {entry.message or entry.reason or ''}"
    return ErrorEntry(code, message, entry.item.hint, container.host, container.target)


def _item(entry: service.Pulled) -> Item:
    candidate = entry.item.candidate
    container, available = candidate.container, candidate.answer.available
    return {
        **head(container),
        "target": container.target,
        "image": container.image,
        "result": entry.result,
        "reason": entry.reason,
        "message": entry.message,
        "new": {"digest": available.digest, "version": available.version} if available else None,
        "size_bytes": candidate.served.size_bytes if candidate.served else None,
    }
