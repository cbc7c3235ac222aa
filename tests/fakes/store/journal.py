"""The journal in memory."""

from __future__ import annotations

from collections.abc import Sequence

from dockmon_cli.core.errors import Ambiguous, StoreError
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import Known, known_in
from tests.fakes.store.rows import Key, as_stored


def _is_about(row: Operation, keys: Sequence[Key]) -> bool:
    return any((known.host_id, known.identity) in keys for known in known_in(row))


class MemoryJournal:
    """Implements `ports.store.Journal`.

    `written` holds every state that was ever saved, in order. With `full` set, writing fails as on a full disk.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Operation] = {}
        self.written: list[Operation] = []
        self.full = False

    def open_operation(self, operation: Operation) -> None:
        if operation.op in self.rows:
            raise StoreError(f"the operation {operation.op} is stored already")
        self.save_operation(operation)

    def save_operation(self, operation: Operation) -> None:
        if self.full:
            raise StoreError("the store can't be written: the disk is full", "free some space")
        self.rows[operation.op] = as_stored(operation)
        self.written.append(self.rows[operation.op])

    def operation(self, op: str) -> Operation | None:
        if not op or op in self.rows:
            return self.rows.get(op)
        found = [row for row in self.rows.values() if row.op.startswith(op)]
        if len(found) > 1:
            raise Ambiguous(f"several operations begin with {op}")
        return found[0] if found else None

    def unfinished(self) -> list[Operation]:
        return [row for row in self._by_age() if row.phase != "closed"]

    def history(
        self, *, limit: int, keys: Sequence[Key] | None = None, host_ids: Sequence[str] | None = None
    ) -> list[Operation]:
        rows = [row for row in reversed(self._by_age()) if keys is None or _is_about(row, keys)]
        return [row for row in rows if host_ids is None or row.host_id in host_ids][: max(limit, 0)]

    def called(self, names: Sequence[str]) -> list[Known]:
        known = [each for row in self._by_age() for each in known_in(row)]
        named = [each for each in known if each.name in names or each.identity in names]
        return list({(each.host_id, each.identity): each for each in named}.values())

    def _by_age(self) -> list[Operation]:
        return sorted(self.rows.values(), key=lambda row: (row.opened_at, row.op))
