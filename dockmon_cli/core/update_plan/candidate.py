"""What a decision is made about, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dockmon_cli.core.change import Change
from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.container_settings import NOTHING_SET, UpdateSettings
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Served
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.operation import Purpose, Result
from dockmon_cli.core.policy import Word
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.swap import SwapPlan, start_state
from dockmon_cli.core.update_plan.restraint import UNRESTRAINED, Mode, Restraint

Would = Literal["update"] | Result


@dataclass(frozen=True, slots=True)
class Candidate:
    """One container with all that the decision about it needs.

    `named` is True where the user typed it as a TARGET instead of covering it by a selection, `takes_stopped` where
    it is meant even if it is stopped. `last` is the last good answer, where this one is unknown. `old_image_config`
    is None where nothing shows the running image any more, `is_untold` says that this even kept the answer from
    being told. `dependents` are the names of containers bound to it by ID. `placed_files` are those
    that compose put into it. `ended_well` says that a run of it which ended with 0 is on dockmon's record. `change` is
    the line of the user's own file that an update makes out of date. `is_own` is True for the container that dockmon
    itself runs in. `is_database` says that a pattern for databases matches it.
    `settings` is what holds for its updates, apart from the policy, and `restraint` what keeps it back until it is
    time. `by_itself` says that nobody asked for it: the run is automatic.
    """

    container: Container
    inspect: Document
    info: EngineInfo
    answer: CheckAnswer
    verdict: Word
    named: bool
    settings: UpdateSettings = NOTHING_SET
    takes_stopped: bool = False
    last: CheckAnswer | None = None
    reference: Reference | None = None
    served: Served | None = None
    old_image_config: Document | None = None
    is_untold: bool = False
    size_rw: int = 0
    dependents: tuple[str, ...] = ()
    placed_files: tuple[str, ...] = ()
    ended_well: bool = False
    change: Change | None = None
    is_own: bool = False
    purpose: Purpose = "update"
    is_database: bool = False
    by_itself: bool = False
    restraint: Restraint = UNRESTRAINED

    @property
    def mode(self) -> Mode:
        """How it came to be decided about."""
        return "auto" if self.by_itself else "named" if self.named else "selection"

    @property
    def has_update(self) -> bool:
        """True if there is something to update to."""
        return self.answer.state in FINDINGS

    @property
    def vanishes(self) -> bool:
        """True if the engine removes it as soon as it stops; one that does not run has nothing to stop for."""
        return bool(self.inspect["HostConfig"].get("AutoRemove")) and start_state(self.inspect) != "stopped"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """The decision about one container: `would` is `update`, or the result it would have without being touched.

    `message` says why, `hint` what to do about it. `starts_at` is when automatic mode would start it, where that is
    known.
    """

    candidate: Candidate
    would: Would
    reason: str | None = None
    message: str = ""
    swap: SwapPlan | None = None
    hint: str = ""
    starts_at: datetime | None = None

    @property
    def needs_answer(self) -> bool:
        """True if the user's own answer turns this into an update."""
        return self.would == "needs_confirmation"
