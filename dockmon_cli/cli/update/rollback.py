"""`dockmon update rollback`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli import prompt
from dockmon_cli.cli.running import ON_RECORD, run_until_stopped
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.apply import parse_limit, tell
from dockmon_cli.cli.update.consent import TerminalWatcher
from dockmon_cli.cli.update.plan import show
from dockmon_cli.core.errors import NeedsAnswer
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.services import update as service
from dockmon_cli.services.update_rollback import looks_back


def rollback(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="host/name, a name only one host has, or an ID.")],
    to: Annotated[
        str | None,
        typer.Option(metavar="OP|DIGEST", help="To what ran before this operation, or to this image; else the last."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking; answers no warning.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also answer what needs an answer of its own.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; change nothing.")] = False,
    verify_timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long the container may take to prove itself.")
    ] = None,
) -> int:
    """Go back to an image from before, proven like any update. Volumes stay as they are."""
    settings = settings_of(ctx)
    selector, asked = parse_selector((target,)), service.Asked(force=force, look=looks_back(to))
    if not (dry_run or yes or prompt.can_ask()):
        raise NeedsAnswer("a rollback needs a go-ahead, and there is no terminal to ask on", "add --yes")
    with wiring.update_tools(
        settings,
        verify_timeout_s=parse_limit(verify_timeout),
        host_timeout_s=settings.timeout_s if dry_run else None,
    ) as tools:
        if dry_run:
            report = asyncio.run(service.plan(tools, selector, asked))
            return show(report, settings, named=True)
        watcher = TerminalWatcher(settings, yes=yes)
        done = run_until_stopped(
            lambda stop: service.apply(tools, selector, watcher, stop, asked),
            timeout_s=settings.timeout_s,
            left=ON_RECORD,
        )
    return tell(done, settings, named=True)
