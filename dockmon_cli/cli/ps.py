"""`dockmon ps`: list containers on all hosts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.container_items import head
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.containers import COMPOSE_PROJECT
from dockmon_cli.core.documents import encode
from dockmon_cli.core.report import entries_of, exit_code
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.tags import tags_of
from dockmon_cli.core.text import age
from dockmon_cli.services.ps import Row, Wanted

app = App()

_DETAILED = frozenset({"wide", "json", "jsonl", "yaml"})


@app.command()
def ps(
    ctx: typer.Context,
    targets: Targets = None,
    all_: bool = typer.Option(False, "-a", "--all", help="Those that do not run as well."),
    host: Hosts = None,
    tag: Tags = None,
    filter_: Filters = None,
) -> int:
    """List containers on all hosts."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter_ or ())
    wanted = Wanted(selector, all_, details=settings.format in _DETAILED)
    asked = wiring.ps(settings, wanted)
    listing = asyncio.run(asked)
    errors = tuple(entry for problem in listing.problems for entry in entries_of(problem))
    notes = () if listing.rows or errors else (_nothing(all_ or not selector.is_empty),)
    now = datetime.now(UTC)
    items = tuple(map(_item, listing.rows))
    emit(Report(items, errors, _columns(now), notes, generated_at=now), settings)
    return exit_code(ok=listing.succeeded, failures=errors)


def _nothing(looked_at_all: bool) -> str:
    return "no container matches" if looked_at_all else "no container runs; `-a` shows those that do not"


def _item(row: Row) -> Item:
    container = row.container
    return {
        **head(container),
        "image": container.image, "status": container.status, "since": container.since,
        "exit_code": container.exit_code, "health": container.health, "restarts": container.restarts,
        "ports": encode(container.ports), "tags": sorted(tags_of(container)),
        "project": container.labels.get(COMPOSE_PROJECT), "update": _update(row.update),
    }  # fmt: skip


def _update(answer: CheckAnswer | None) -> Item:
    """The stored answer; what nobody has asked yet is unknown."""
    if answer is None:
        return {"state": "unknown", "kind": None, "version": None, "checked_at": None}
    version = answer.available.version if answer.available else answer.current.version
    return {"state": answer.state, "kind": answer.kind, "version": version, "checked_at": answer.checked_at}


def _columns(now: datetime) -> tuple[Column, ...]:
    def since(item: Item) -> str | None:
        return None if item["since"] is None else age((now - item["since"]).total_seconds())

    return (
        Column("TARGET", lambda item: f"{item['host']}/{item['name']}"),
        Column("IMAGE", "image", shrinks=True),
        Column("STATUS", "status", state=True),
        Column("SINCE", since),
        Column("HEALTH", "health", state=True),
        Column("UPDATE", _update_cell, state=True),
        Column("EXIT", "exit_code", wide=True, right=True),
        Column("RESTARTS", "restarts", wide=True, right=True),
        Column("PORTS", _ports, wide=True),
        Column("TAGS", "tags", wide=True),
        Column("KEY", "key", wide=True),
    )


def _update_cell(item: Item) -> str | None:
    """The version that could run, `new` where only the content changed, else the state; nothing where it is unknown."""
    update = item["update"]
    if update["state"] in FINDINGS:
        return "new" if update["kind"] == "digest" or not update["version"] else str(update["version"])
    return None if update["state"] == "unknown" else str(update["state"])


def _ports(item: Item) -> str:
    return ",".join(dict.fromkeys(_port(port) for port in item["ports"]))


def _port(port: Item) -> str:
    inner = f"{port['private']}/{port['protocol']}"
    return f"{port['public']}->{inner}" if port["public"] else inner
