"""What outlives a run. Calls are short local transactions; each raises StoreError when the store fails.

A write is on disk when the call returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.operation import Operation


class HostStore(Protocol):
    """Hosts that `hosts add` stored."""

    def hosts(self) -> list[Host]:
        """All of them, by name."""

    def add_host(self, host: Host) -> None:
        """Store a new one. Raise UsageError when its name is taken or its host_id is stored already."""

    def change_host(self, host: Host) -> None:
        """Replace what is stored under this host_id. Raise NotFound if nothing is, UsageError if the name is taken."""

    def remove_host(self, host_id: str) -> None:
        """Forget the host and everything that hangs off its host_id."""

    def settings_of(self, host_id: str) -> dict[str, int]:
        """How many rows hang off a host, by what they are (for `hosts remove` to tell), without zeros."""


class CheckStore(Protocol):
    """Answers of update checks, and what dockmon itself has seen of images."""

    def save_answer(self, host_id: str, identity: str, answer: CheckAnswer) -> None:
        """Keep the newest answer; one whose state is unknown leaves the last good one beside it."""

    def answers(self) -> Mapping[tuple[str, str], CheckAnswer]:
        """The last good answer of each (host_id, identity)."""

    def last_answers(self) -> Mapping[tuple[str, str], CheckAnswer]:
        """The newest answer of each (host_id, identity), unknown ones too."""

    def first_seen(self, repository: str, digest: str, now: datetime) -> datetime:
        """When dockmon first saw this digest; `now` if it is new, which is then kept."""

    def remember_image(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        """Note that this image on this host came from `repository@digest`."""

    def remembered_digests(self, host_id: str, image_id: str) -> dict[str, set[str]]:
        """The digests an image is known by, by repository, from what was noted before."""

    def note_exit(self, host_id: str, identity: str, container_id: str, exit_code: int) -> None:
        """Note that a container was seen exited with this code."""

    def ended_well(self, host_id: str, identity: str) -> bool:
        """True if a run of it that ended with 0 was ever noted."""


class Journal(Protocol):
    """Operations."""

    def open_operation(self, operation: Operation) -> None:
        """Write a new row."""

    def save_operation(self, operation: Operation) -> None:
        """Replace the row of this op, or write it again if it is gone: a swap under way keeps its record."""

    def operation(self, op: str) -> Operation | None:
        """One row, by its op or a unique prefix of it; None if there is none. Raise Ambiguous if several begin so."""

    def unfinished(self) -> list[Operation]:
        """Rows whose phase is not `closed`, oldest first."""

    def history(
        self, *, limit: int, keys: Sequence[tuple[str, str]] | None = None, host_ids: Sequence[str] | None = None
    ) -> list[Operation]:
        """The newest rows first; `keys` are (host_id, identity) pairs to keep, `host_ids` hosts to keep."""

    def called(self, names: Sequence[str]) -> list[Operation]:
        """The newest row of each (host_id, identity) whose container or identity had one of these names."""
