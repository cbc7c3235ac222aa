"""What keeps updates back, gathered at one moment; and what the end of a swap teaches about its image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.container_settings import Chosen, UpdateSettings
from dockmon_cli.core.containers import Container
from dockmon_cli.core.holds import Hold, hold_on
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.recovery import was_tried
from dockmon_cli.core.swap import SwapPlan
from dockmon_cli.core.swap_failure import FOR_NOW
from dockmon_cli.core.text import printable
from dockmon_cli.core.update_plan import Candidate
from dockmon_cli.core.update_plan.restraint import Refused, RefusedKind, Restraint
from dockmon_cli.core.windows import Window, Windows
from dockmon_cli.ports.records import HoldStore, RefusalStore
from dockmon_cli.services.update_gather import UpdateTools

Place = tuple[str, str, str, RefusedKind]


@dataclass(frozen=True, slots=True)
class Restraints:
    """Holds and refused digests as they were stored at `as_of`, and the windows that have names."""

    holds: tuple[Hold, ...]
    refused: Mapping[Place, Refused]
    windows: Windows
    as_of: datetime

    def of(self, container: Container, answer: CheckAnswer, settings: UpdateSettings) -> Restraint:
        """Given a container, what it could move to and what holds for it, return what keeps it back."""
        seen = answer.available.first_seen_at if answer.available else None
        window, problem = self._window(settings.window)
        return Restraint(
            is_automatic=settings.auto.value,
            auto_origin=settings.auto.origin,
            hold=hold_on(self.holds, container, "update", self.as_of, seen),
            rolled_back=self._refused(container, answer, "rolled_back"),
            skipped=self._refused(container, answer, "skip"),
            min_age_s=settings.min_age.value,
            first_seen_at=seen,
            window=window,
            window_problem=problem,
            as_of=self.as_of,
        )

    def _refused(self, container: Container, answer: CheckAnswer, kind: RefusedKind) -> Refused | None:
        if answer.available is None:
            return None
        return self.refused.get((container.host_id, container.identity, answer.available.digest, kind))

    def _window(self, chosen: Chosen[str | None]) -> tuple[Window | None, str]:
        if chosen.value is None:
            return None, ""
        try:
            return self.windows.read(chosen.value), ""
        except ValueError as error:
            return None, f"its window is {printable(chosen.value)!r} ({chosen.origin}), which is none: {error}"


def read_restraints(holds: HoldStore, refusals: RefusalStore, windows: Windows, now: datetime) -> Restraints:
    """Read what is stored at this moment."""
    refused = {(one.host_id, one.identity, one.digest, one.kind): one for one in refusals.refusals()}
    return Restraints(tuple(holds.holds()), refused, windows, now)


def restrained(tools: UpdateTools, candidates: Iterable[Candidate], *, by_itself: bool) -> list[Candidate]:
    """Return the candidates with what keeps each back now; `by_itself` says that nobody asked for them."""
    found = read_restraints(tools.holds, tools.refusals, tools.windows, tools.clock.now())
    return [
        # Whoever goes back to an image from before has decided so: that waits for nothing.
        replace(entry, by_itself=by_itself, restraint=found.of(entry.container, entry.answer, entry.settings))
        if entry.purpose == "update"
        else entry
        for entry in candidates
    ]


def learn(refusals: RefusalStore, operation: Operation, swap: SwapPlan, *, failed: bool) -> None:
    """Given an operation's row, keep in mind of one container that its image `failed` or was left by a rollback.

    What took a container down in vain is not to do so every night. One that went well is forgotten.
    """
    went_well = operation.result == "updated"
    failed = failed and was_tried(operation) and operation.reason not in FOR_NOW
    new = [swap.new.digest] if swap.new.digest else []
    if went_well:
        refusals.forget_refusals(_refused(operation, swap, new, swap.new.version))
    if went_well and swap.purpose == "rollback":
        _keep(refusals, _refused(operation, swap, swap.left, swap.old.version))
    if failed and not went_well:
        _keep(refusals, _refused(operation, swap, new, swap.new.version))


def _keep(refusals: RefusalStore, told: Iterable[Refused]) -> None:
    for one in told:
        refusals.save_refusal(one)


def _refused(operation: Operation, swap: SwapPlan, digests: Iterable[str], version: str | None) -> list[Refused]:
    """What is kept against an image, by all the digests that it is known by."""
    by, at = operation.by, operation.opened_at
    return [Refused(swap.host_id, swap.identity, digest, "rolled_back", by, at, version) for digest in digests]
