"""The record of kept images in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dockmon_cli.core.errors import StoreError
from dockmon_cli.core.kept_image import KeptRecord


class MemoryKept:
    """Implements `ports.kept.KeptStore`. With `full` set, nothing can be kept, as on a full disk."""

    words = "kept images"

    def __init__(self) -> None:
        self.full = False
        self.rows: dict[tuple[str, str], KeptRecord] = {}

    def kept(self, host_id: str) -> list[KeptRecord]:
        found = [record for record in self.rows.values() if record.host_id == host_id]
        return sorted(found, key=lambda record: (record.kept_at, record.tag))

    def keep(self, records: Sequence[KeptRecord]) -> None:
        if self.full:
            raise StoreError("the store can't be written: the disk is full", "free some space")
        self.rows |= {(record.host_id, record.tag): record for record in records}

    def forget_kept(self, host_id: str, tags: Collection[str]) -> None:
        self.rows = {key: record for key, record in self.rows.items() if key[0] != host_id or key[1] not in tags}

    def count(self, host_id: str) -> int:
        return len(self.kept(host_id))

    def forget_host(self, host_id: str) -> None:
        self.forget_kept(host_id, [record.tag for record in self.kept(host_id)])
