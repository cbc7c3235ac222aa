"""What outlives a run. Calls are short local transactions; each raises StoreError when the store fails.

A write is on disk when the call returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.container_settings import Rule
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import Known
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.tags import GivenTag


class HostStore(Protocol):
    """Hosts that `hosts add` stored."""

    def hosts(self) -> list[Host]:
        """All of them, by name."""

    def add_host(self, host: Host) -> None:
        """Store a new one. Raise UsageError when its name is taken or its host_id is stored already."""

    def change_host(self, host: Host) -> None:
        """Replace what is stored under this host_id; standing rules and holds of the host follow its name.

        Raise NotFound if nothing is stored, UsageError if the name is taken.
        """

    def remove_host(self, host_id: str) -> None:
        """Forget the host, everything that hangs off its host_id, and what stands for it alone."""

    def settings_of(self, host_id: str) -> dict[str, int]:
        """How many rows hang off a host, by what they are (for `hosts remove` to tell), without zeros."""


class CheckStore(Protocol):
    """Answers of update checks, and what dockmon itself has seen of images."""

    def save_answer(self, host_id: str, identity: str, answer: CheckAnswer) -> None:
        """Keep the newest answer; one whose state is unknown leaves the last good one beside it."""

    def save_answers(self, answers: Mapping[tuple[str, str], CheckAnswer]) -> None:
        """The same for the answers of a whole run, by (host_id, identity): all of them or none."""

    def answers(self) -> Mapping[tuple[str, str], CheckAnswer]:
        """The last good answer of each (host_id, identity)."""

    def first_seen(self, repository: str, digest: str, now: datetime) -> datetime:
        """When dockmon first saw this digest; `now` if it is new, which is then kept."""

    def remember_image(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        """Note that this image on this host came from `repository@digest`."""

    def remembered_digests(self, host_id: str, image_id: str) -> dict[str, set[str]]:
        """The digests an image is known by, by repository, from what was noted before."""

    def remembered_images(self, host_id: str) -> dict[str, dict[str, set[str]]]:
        """The same for all images of a host, by their ID."""

    def note_exit(self, host_id: str, identity: str, container_id: str, exit_code: int) -> None:
        """Note that a container was seen exited with this code."""

    def ended_well(self, host_id: str, identity: str) -> bool:
        """True if a run of it that ended with 0 was ever noted."""


class RuleStore(Protocol):
    """What commands set for containers: each a rule for one (host_id, identity), or for what a selection covers."""

    def rules(self) -> list[Rule]:
        """All of them, oldest first."""

    def save_rules(self, rules: Sequence[Rule]) -> None:
        """Keep these, all or none; each replaces what was set before for the same thing and setting."""

    def forget_rules(self, rules: Sequence[Rule]) -> None:
        """Forget what is set for the same things and settings."""


class PatternStore(Protocol):
    """Patterns of the user's own, and default ones that were switched off or on again (`own` False)."""

    def patterns(self) -> list[Pattern]:
        """All of them, by glob."""

    def save_pattern(self, pattern: Pattern) -> None:
        """Keep it; it replaces the one with the same glob and `own`."""

    def forget_pattern(self, glob: str) -> None:
        """Forget the user's own one of this glob."""


class TagStore(Protocol):
    """Tags that commands gave to containers."""

    def tags(self) -> list[GivenTag]:
        """All of them, by tag, host_id and identity."""

    def save_tags(self, tags: Sequence[GivenTag]) -> None:
        """Keep these, all or none; one that is given already stays as it is."""

    def forget_tags(self, tags: Sequence[GivenTag]) -> None:
        """Take these tags from these containers."""


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
        """The newest rows first.

        `keys` are (host_id, identity) pairs of containers: an operation is kept that one of them was a member of, be
        it as one that only followed another. `host_ids` are hosts to keep.
        """

    def called(self, names: Sequence[str]) -> list[Known]:
        """The containers that had, or whose identity was, one of these names: each as the newest operation has it."""
