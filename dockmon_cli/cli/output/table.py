"""Tables for people and for `awk`: `-o table`, `-o wide` and the bare first column of `-o name`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate

from dockmon_cli.cli.output.colour import coloured
from dockmon_cli.cli.output.report import Column, Item, Report
from dockmon_cli.cli.settings import Settings
from dockmon_cli.core.text import printable, printable_lines

GAP = 2
SHORTEST = 12
"""A column is not shrunk below this many characters."""


def render(report: Report, settings: Settings) -> str:
    """Given a report, return its table; on a terminal it fits the width and states are coloured."""
    if report.text is not None and settings.format != "name":
        text = printable_lines(report.text).rstrip("\n")
        return f"{text}\n" if text else ""
    columns = [column for column in report.columns if settings.format == "wide" or not column.wide]
    if settings.format == "name":
        return "".join(f"{_cell(item, columns[0], last=False)}\n" for item in report.items)
    rows = [[_cell(item, column, last=column is columns[-1]) for column in columns] for item in report.items]
    if sys.stdout.isatty():
        rows = fitted(rows, columns, shutil.get_terminal_size().columns)
    if settings.colours(sys.stdout):
        rows = [[coloured(c) if column.state else c for c, column in zip(row, columns, strict=True)] for row in rows]
    return _layout(rows, columns)


def _cell(item: Item, column: Column, *, last: bool) -> str:
    """One cell as text: `-` where there is nothing, and no space inside unless it is the last."""
    value = column.cell(item) if callable(column.cell) else _at(item, column.cell)
    text = printable(_text(value)).strip()
    return (text if last else "_".join(text.split())) or "-"


def _at(item: Item, path: str) -> Any:
    value: Any = item
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value)


def fitted(rows: list[list[str]], columns: Sequence[Column], width: int) -> list[list[str]]:
    """Given rows and a terminal's width, return rows that fit: `shrinks` columns lose their left, the last its end."""
    widths = _widths(rows, columns)
    excess = sum(widths) + GAP * (len(widths) - 1) - width
    for place, column in enumerate(columns):
        cut = min(excess, widths[place] - SHORTEST) if column.shrinks else 0
        if cut > 0:
            rows = [_replaced(row, place, _keep_right(row[place], widths[place] - cut)) for row in rows]
            excess -= cut
    if excess > 0:
        room = max(widths[-1] - excess, SHORTEST)
        rows = [_replaced(row, -1, _keep_left(row[-1], room)) for row in rows]
    return rows


def _widths(rows: list[list[str]], columns: Sequence[Column]) -> list[int]:
    return [max(len(column.title), *(len(row[i]) for row in rows), 0) for i, column in enumerate(columns)]


def _replaced(row: list[str], place: int, cell: str) -> list[str]:
    return [cell if i == place % len(row) else old for i, old in enumerate(row)]


def _keep_right(text: str, room: int) -> str:
    return text if len(text) <= room else "…" + text[len(text) - room + 1 :]


def _keep_left(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _layout(rows: list[list[str]], columns: Sequence[Column]) -> str:
    """Given cells, return them in columns two spaces apart under their titles."""
    titles = [column.title for column in columns]
    # The titles are a row like the others: tabulate aligns a header by rules of its own.
    align = ["right" if column.right else "left" for column in columns]
    text = tabulate([titles, *rows], tablefmt="plain", colalign=align, disable_numparse=True)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
