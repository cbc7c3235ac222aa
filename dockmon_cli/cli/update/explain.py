"""`dockmon update explain`."""

from __future__ import annotations

import asyncio

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.selecting import Filters, Hosts, Tags, Targets
from dockmon_cli.cli.settings import settings_of
from dockmon_cli.cli.update.endings import each_once, entries, open_notes, plan_entries, reading_exit_code
from dockmon_cli.cli.update.items import plan_item
from dockmon_cli.core.documents import encode, parse_time
from dockmon_cli.core.selection import parse_selector
from dockmon_cli.core.text import duration_text, printable
from dockmon_cli.services import update_explain as service
from dockmon_cli.services.automatic import origin_of

_COLUMNS = (Column("TARGET", "target"),)
_SHARED = (
    "key", "host", "name", "identity", "target", "image", "policy", "auto", "state", "current", "available", "kind",
    "would", "reason", "message",
)  # fmt: skip


def explain(
    ctx: typer.Context,
    targets: Targets = None,
    host: Hosts = None,
    tag: Tags = None,
    filter: Filters = None,  # noqa: A002 - the option's own name
) -> int:
    """Tell the last decision about a container, why it was so, and when it is tried next."""
    settings = settings_of(ctx)
    selector = parse_selector(targets or (), host or (), tag or (), filter or ())
    limit_s = settings.timeout_s
    with wiring.update_tools(settings, host_timeout_s=limit_s) as tools:
        found, report = asyncio.run(service.explain(tools, selector))
    failures = each_once((*entries(report.problems), *plan_entries(report.items)))
    items = tuple(map(_item, found))
    notes = open_notes(report.open_ops) if items or failures else ("no container matches",)
    emit(Report(items, failures, _COLUMNS, notes, "\n".join(map(_block, items)) or None), settings)
    told = sum(entry.item.would != "failed" for entry in found)
    return reading_exit_code(told=told, hosts=report.hosts, named=bool(selector.targets), failures=failures)


def _item(entry: service.Explained) -> Item:
    plan, held = plan_item(entry.item), entry.item.candidate.settings
    last = entry.last
    return {
        **{word: plan[word] for word in _SHARED},
        "hint": entry.item.hint,
        "track": held.track.value,
        "min_age": duration_text(held.min_age.value),
        "min_age_s": held.min_age.value,
        "window": held.window.value,
        "origins": {
            name: origin_of(chosen)
            for name, chosen in (
                ("auto", held.auto), ("track", held.track), ("min_age", held.min_age), ("window", held.window),
            )
        },
        "next_try_at": encode(entry.item.starts_at),
        "last": last
        and {
            "at": encode(last.at), "result": last.result, "reason": last.reason, "message": last.message,
            "digest": last.digest, "next_try_at": encode(last.next_try_at),
        },
    }  # fmt: skip


def _block(item: Item) -> str:
    """One container for people."""
    versions = [(item["current"] or {}).get("version"), (item["available"] or {}).get("version")]
    change = f"{versions[0] or '-'} -> {versions[1] or '-'} ({item['kind'] or '-'})" if item["available"] else "-"
    settings = [f"{name.replace('_', '-')} {item[name] or '-'}" for name in ("track", "min_age", "window")]
    lines = (
        f"{item['target']}  {item['state']}",
        f"  update     {change}",
        f"  automatic  {item['auto']} ({item['origins']['auto']}), {', '.join(settings)}",
        f"  last       {_last(item)}",
        f"  now        {_now(item)}",
        f"  next try   {_next_try(item)}",
    )
    return "".join(f"{printable(line)}\n" for line in lines)


def _last(item: Item) -> str:
    last = item["last"]
    if last is None:
        return "no run had it in it"
    return f"{_clock(last['at'])}  {_sentence(last['result'], last['reason'], last['message'])}"


def _now(item: Item) -> str:
    if item["would"] == "update":
        return f"waits for {item['reason']}: {item['message']}" if item["reason"] else "would be updated"
    if item["would"] == "unchanged":
        return f"nothing to update{item['message'] and ': ' + item['message']}"
    return _sentence(item["would"], item["reason"], item["message"]) + (f" ({item['hint']})" if item["hint"] else "")


def _sentence(result: str, reason: str | None, message: str) -> str:
    words = result.replace("_", " ")
    return f"{words}: {message or reason}" if message or reason else words


def _next_try(item: Item) -> str:
    if item["would"] == "update" and not item["reason"]:
        return "at the next `dockmon update apply --auto`"
    if item["would"] == "unchanged" and item["auto"] == "on":
        return "when there is an update"
    return _clock(item["next_try_at"]) if item["next_try_at"] else "not by itself"


def _clock(moment: str) -> str:
    """A moment on the clocks of this machine."""
    return f"{parse_time(moment).astimezone():%a %Y-%m-%d %H:%M %Z}"
