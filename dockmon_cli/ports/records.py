"""What restrains updates, and what was decided and done. As in `ports/store.py`: short, on disk, StoreError."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from dockmon_cli.core.decisions import Decision
from dockmon_cli.core.events import Event
from dockmon_cli.core.holds import Hold
from dockmon_cli.core.update_plan.restraint import Refused


class HoldStore(Protocol):
    """What somebody paused."""

    def holds(self) -> list[Hold]:
        """All of them, also those that are over, oldest first."""

    def save_hold(self, hold: Hold) -> None:
        """Keep it; it replaces the one with the same id."""

    def forget_holds(self, ids: Collection[str]) -> None:
        """Forget those with these ids."""


class RefusalStore(Protocol):
    """Digests that a container is not to get."""

    def refusals(self) -> list[Refused]:
        """All of them, oldest first."""

    def save_refusal(self, refused: Refused) -> None:
        """Keep it; one for the same container, digest and kind is replaced."""

    def forget_refusals(self, refused: Sequence[Refused]) -> None:
        """Forget what is kept for the same containers, digests and kinds."""


class RecordStore(Protocol):
    """The last decision about each container, and the record of what happened."""

    def decisions(self) -> Mapping[tuple[str, str], Decision]:
        """The last decision about each (host_id, identity)."""

    def record(self, events: Sequence[Event], decisions: Sequence[Decision] = ()) -> None:
        """Add events, and replace the last decisions, all or none."""

    def events(self, *, limit: int) -> list[Event]:
        """The newest events, the newest first."""
