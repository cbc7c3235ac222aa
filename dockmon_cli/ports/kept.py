"""The record of images that are kept to return to. As in `ports/store.py`: short, on disk, StoreError."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from dockmon_cli.core.kept_image import KeptRecord


class KeptStore(Protocol):
    """Which images were replaced, by whom and when."""

    def kept(self, host_id: str) -> list[KeptRecord]:
        """All of a host, the oldest first."""

    def keep(self, records: Sequence[KeptRecord]) -> None:
        """Write these down, all or none; one of the same host and tag is replaced."""

    def forget_kept(self, host_id: str, tags: Collection[str]) -> None:
        """Forget the records of these tags on this host."""
