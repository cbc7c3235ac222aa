"""Holds, refused digests, decisions and events in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from dockmon_cli.core.container_settings import read_back, written
from dockmon_cli.core.decisions import Decision
from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.events import Event
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.update_plan.restraint import Refused

Key = tuple[str, str]


class HangsOff(Protocol):
    """A store whose rows go with their host: what `hosts remove` calls them, and how many there are."""

    words: str

    def count(self, host_id: str) -> int: ...

    def forget_host(self, host_id: str) -> None: ...


class MemoryHolds:
    """Implements `ports.records.HoldStore`."""

    words = "holds"

    def __init__(self) -> None:
        self.rows: dict[str, Hold] = {}
        self.broken = False

    def holds(self) -> list[Hold]:
        if self.broken:
            raise StoreError("the store can't be read: it is locked")
        return sorted(self.rows.values(), key=lambda hold: (hold.at, hold.id))

    def save_hold(self, hold: Hold) -> None:
        selector = Selector() if hold.exact else read_back(written(hold.selector))
        self.rows[hold.id] = replace(hold, selector=selector)

    def forget_holds(self, ids: Collection[str]) -> None:
        for name in ids:
            self.rows.pop(name, None)

    def change_selectors(self, change: Callable[[Selector], Selector | None]) -> None:
        """Replace the selections of standing holds; what has none left is forgotten."""
        rows = [(hold, hold.selector if hold.exact else change(hold.selector)) for hold in self.holds()]
        self.rows = {hold.id: replace(hold, selector=left) for hold, left in rows if left is not None}

    def count(self, host_id: str) -> int:
        return len(self._of(host_id))

    def forget_host(self, host_id: str) -> None:
        self.forget_holds(self._of(host_id))

    def _of(self, host_id: str) -> list[str]:
        return [hold.id for hold in self.rows.values() if hold.exact and hold.exact[0] == host_id]


class MemoryRefusals:
    """Implements `ports.records.RefusalStore`."""

    words = "refused updates"

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str, str], Refused] = {}

    def refusals(self) -> list[Refused]:
        return sorted(self.rows.values(), key=lambda refused: (refused.at, refused.digest))

    def save_refusal(self, refused: Refused) -> None:
        self.rows[_place(refused)] = refused

    def forget_refusals(self, refused: Sequence[Refused]) -> None:
        for one in refused:
            self.rows.pop(_place(one), None)

    def count(self, host_id: str) -> int:
        return sum(place[0] == host_id for place in self.rows)

    def forget_host(self, host_id: str) -> None:
        self.rows = {place: row for place, row in self.rows.items() if place[0] != host_id}


def _place(refused: Refused) -> tuple[str, str, str, str]:
    return refused.host_id, refused.identity, refused.digest, refused.kind


class MemoryRecords:
    """Implements `ports.records.RecordStore`. With `full` set, writing fails as on a full disk."""

    words = "update decisions"

    def __init__(self) -> None:
        self.full = False
        self.last: dict[Key, Decision] = {}
        self.log: list[Event] = []

    def decisions(self) -> Mapping[Key, Decision]:
        return dict(self.last)

    def record(self, events: Sequence[Event], decisions: Sequence[Decision] = ()) -> None:
        if self.full:
            raise StoreError("the store can't be written: the disk is full", "free some space")
        self.log.extend(replace(event, details=json.loads(json.dumps(event.details))) for event in events)
        self.last.update({(decision.host_id, decision.identity): decision for decision in decisions})

    def events(self, *, limit: int) -> list[Event]:
        return self.log[::-1][: max(limit, 0)]

    def count(self, host_id: str) -> int:
        return sum(place[0] == host_id for place in self.last)

    def forget_host(self, host_id: str) -> None:
        self.last = {place: decision for place, decision in self.last.items() if place[0] != host_id}
