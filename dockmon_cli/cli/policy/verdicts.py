"""`dockmon policy list`, `set` and `unset`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.container_settings import POLICY, WORDS, Word
from dockmon_cli.core.documents import encode
from dockmon_cli.core.errors import DockmonError, UsageError
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.text import did_you_mean
from dockmon_cli.services import policy_list, rules

_COLUMNS = (
    Column("TARGET", "target"),
    Column("VERDICT", "verdict", state=True),
    Column("BY", "by"),
    Column("AT", lambda item: str(item["at"] or "")[:10]),
    Column("ORIGIN", "origin", shrinks=True),
    Column("REASON", "reason"),
)

TargetsAndVerdict = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TARGET]... VERDICT", help="TARGETs (or a selection), then allow, warn, block or ignore."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for whoever asks later.")]


def list_(ctx: typer.Context) -> int:
    """List the verdicts that were set: by labels, in the configuration and by commands."""
    settings = settings_of(ctx)
    with _desk(settings) as desk:
        found = asyncio.run(policy_list.list_policies(desk))
    notes = () if found.items or found.problems else ("no verdict is set: patterns and the default decide",)
    return _end(settings, found.items, found.problems, notes, ok=found.hosts)


def set_(
    ctx: typer.Context,
    words: TargetsAndVerdict = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
    reason: Reason = None,
) -> int:
    """Say whether containers may be updated: TARGETs for good, a selection as a standing rule."""
    settings = settings_of(ctx)
    *targets, last = words or [""]
    verdict = _verdict(last, *targets)
    selector = parse_selector(targets, host or (), tag or (), filter_ or ())
    with _desk(settings) as desk:
        done = asyncio.run(rules.set_rules(desk, selector, {POLICY.name: verdict}, reason or None))
    items = tuple(map(policy_list.set_verdict, done.told))
    return _end(settings, items, done.problems, done.notes, ok=len(items), text=None if items else "")


def unset(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """Forget what `policy set` said with the same words."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    with _desk(settings) as desk:
        done = asyncio.run(rules.unset_rules(desk, selector, (POLICY.name,)))
    items = tuple(map(policy_list.set_verdict, done.told))
    text = "\n".join(f"{item.target} is no longer {item.verdict}" for item in items)
    return _end(settings, items, done.problems, done.notes, ok=len(items), text=text)


def _verdict(word: str, *targets: str) -> Word:
    """The verdict typed last. Raise UsageError where it is none."""
    found = next((known for known in WORDS if known == word), None)
    if found is None:
        what = f"{word!r} is no verdict" if word else "no verdict was given"
        if any(target in WORDS for target in targets):
            what = "the verdict comes last"
        meant = did_you_mean(word, WORDS)
        raise UsageError(what, f"{meant and meant + ' '}dockmon policy set TARGET allow|warn|block|ignore")
    return found


def _desk(settings: Settings) -> AbstractContextManager[rules.RuleDesk]:
    return wiring.rule_desk(settings)


def _end(
    settings: Settings,
    items: Sequence[policy_list.SetVerdict],
    problems: Sequence[DockmonError],
    notes: tuple[str, ...],
    *,
    ok: int,
    text: str | None = None,
) -> int:
    """Print and return the exit code; a `text` stands for the table."""
    errors = tuple(entry for problem in problems for entry in entries_of(problem))
    documents: tuple[Item, ...] = tuple(map(encode, items))
    emit(Report(documents, errors, _COLUMNS, notes, text), settings)
    return exit_code(ok=ok, failures=errors)
