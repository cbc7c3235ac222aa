"""What a decision is made about, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dockmon_cli.core.change import Change
from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.container_settings import NOTHING_SET, UpdateSettings
from dockmon_cli.core.containers import Container
from dockmon_cli.core.detect import Served
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.hooks import HOOKS_OFF, HookSettings
from dockmon_cli.core.operation import Purpose, Result
from dockmon_cli.core.policy import Word
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.swap import SwapPlan, start_state
from dockmon_cli.core.swap_group import GroupPlan
from dockmon_cli.core.update_plan.restraint import UNRESTRAINED, Mode, Restraint

Would = Literal["update"] | Result


@dataclass(frozen=True, slots=True)
class Dependent:
    """One container that goes down with another one, with all that recreating it from its own image needs.

    `ties` are what it is directly bound to, name by ID, `place` is its place in the host's start order, `circle` the
    names of the circle that it is in. `down` names a container that does not run, or is gone, without which the engine
    does not start this one. `image_config` is None where nothing shows its image any more, `manager` is whoever else
    looks after it. `is_ill` says that it was not well before. The rest is as for a candidate.
    """

    container: Container
    inspect: Document
    info: EngineInfo
    ties: Mapping[str, str]
    place: int
    image_config: Document | None
    circle: tuple[str, ...] = ()
    down: str = ""
    manager: str | None = None
    size_rw: int = 0
    placed_files: tuple[str, ...] = ()
    ended_well: bool = False
    is_own: bool = False
    is_road: bool = False
    is_ill: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.container.name

    @property
    def vanishes(self) -> bool:
        """True if the engine removes it as soon as it stops; one that does not run has nothing to stop for."""
        return vanishes(self.inspect)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One container with all that the decision about it needs.

    `named` is True where the user typed it as a TARGET instead of covering it by a selection, `takes_stopped` where it
    is meant even if it is stopped. `last` is the last good answer, where this one is unknown. `old_image_config` is
    None where nothing shows the running image any more, `is_untold` says that this even kept the answer from being
    told. `dependents` are the containers that go down with it, in start order; `ties`, `place`, `circle` and `down`
    are as for those, `needs` are the keys of all that it depends on, directly or through others.
    `placed_files` are those that compose put into it. `ended_well` says that a run of it which ended with 0 is on
    dockmon's record. `change` is the line of the user's own file that an update makes out of date. `is_own` is True for
    the container that dockmon itself runs in, `is_road` for one through which the engine is reached, `is_busy` while an
    operation of it is open. `known_as` are all digests that a registry may serve what it runs by. `is_database` says
    that a pattern for databases matches it. `settings` is what holds for its updates, apart from the policy, and
    `restraint` what keeps it back until it is time. `twins` are other containers of the same compose service and
    number. `by_itself` says that nobody asked for it: the run is automatic. `hooks` says whether its labels' commands
    are run.
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
    dependents: tuple[Dependent, ...] = ()
    ties: Mapping[str, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    place: int = 0
    circle: tuple[str, ...] = ()
    down: str = ""
    needs: frozenset[str] = frozenset()
    placed_files: tuple[str, ...] = ()
    ended_well: bool = False
    change: Change | None = None
    is_own: bool = False
    is_road: bool = False
    is_busy: bool = False
    known_as: tuple[str, ...] = ()
    purpose: Purpose = "update"
    is_database: bool = False
    by_itself: bool = False
    restraint: Restraint = UNRESTRAINED
    hooks: HookSettings = HOOKS_OFF

    @property
    def runs_hooks(self) -> bool:
        """True if its hooks, where it has any, are run: nothing can be run in what does not run itself."""
        return self.hooks.are_on and start_state(self.inspect) == "running"

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
        return vanishes(self.inspect)


def vanishes(inspect: Document) -> bool:
    """Given an inspect document, tell whether stopping the container removes it (`--rm`)."""
    return bool(inspect["HostConfig"].get("AutoRemove")) and start_state(inspect) != "stopped"


@dataclass(frozen=True, slots=True)
class PlanItem:
    """The decision about one container: `would` is `update`, or the result it would have without being touched.

    `message` says why, `hint` what to do about it. An update is an operation of its own where it has a `group`: the
    swaps of the container and of those that go down with it. One without is done in the operation of another item,
    whose key is `leader`. `starts_at` is when automatic mode would start it, where that is known.
    """

    candidate: Candidate
    would: Would
    reason: str | None = None
    message: str = ""
    swap: SwapPlan | None = None
    hint: str = ""
    starts_at: datetime | None = None
    group: GroupPlan | None = None
    leader: str = ""

    @property
    def key(self) -> str:
        """The key of the container that it is about."""
        return self.candidate.container.key

    @property
    def needs_answer(self) -> bool:
        """True if the user's own answer turns this into an update."""
        return self.would == "needs_confirmation"
