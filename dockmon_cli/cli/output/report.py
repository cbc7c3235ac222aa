"""What a command has to say, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dockmon_cli.core.report import ErrorEntry

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title and where its cell comes from.

    `cell` is a path into the item (`update.state`) or a function of it. `wide` columns show with `-o wide`
    only. `state` cells are coloured on a terminal by the word they hold, `right` ones are numbers. `shrinks`
    marks a column that may lose its left part (`…io/linuxserver/sonarr:4`) where a terminal is too narrow.
    """

    title: str
    cell: str | Callable[[Item], Any]
    wide: bool = False
    state: bool = False
    right: bool = False
    shrinks: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One command's outcome.

    `items` are plain data, as the JSON document shows them; `columns` say how a table shows them, the first
    one being what can be pasted as a TARGET. `notes` are lines for people: stderr, and silent with `-q`.
    `text` is what `table` and `wide` print where a table is not the right shape. `generated_at` None means now.
    """

    items: tuple[Item, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    text: str | None = None
    generated_at: datetime | None = None
