"""One operation: a journalled update of one container, from the decision to its result.

The journal row is written before every step, together with the end of the step before, so that whoever finds it
later knows what may have happened: a step that is `begun` and not `done` may or may not have reached the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from dockmon_cli.core.documents import Document

Result = Literal[
    "updated", "rolled_back", "rollback_failed", "interrupted", "failed",
    "skipped", "blocked", "needs_confirmation", "unchanged",
]  # fmt: skip
Purpose = Literal["update", "rollback", "follow"]
RESULTS: tuple[Result, ...] = get_args(Result)
Phase = Literal["forward", "back", "committed", "closed"]
"""`forward`: on the way to the new one. `back`: undoing. `committed`: only forward from here. `closed`: over."""
ENDED_AS = "ended_as"
"""The fact that tells what a way back came to, as a word of `core.recovery.Outcome`."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What happened to one step; `duration_s` is None while it runs or if nobody saw its end.

    `container` names whose step it is, where that is not the operation's own container. `output` is what the commands
    printed that the step ran.
    """

    name: str
    started_at: datetime
    result: Literal["begun", "done", "failed"] = "begun"
    duration_s: float | None = None
    detail: str = ""
    container: str | None = None
    output: str = ""

    @property
    def words(self) -> str:
        """The step in a sentence: `pre hook`, `pre hook of sidecar`."""
        name = self.name.replace("_", " ")
        return f"{name} of {self.container}" if self.container else name


@dataclass(frozen=True, slots=True)
class ImageVersion:
    """One side of an update: the digest its tag answered and the version its maker or tag gives."""

    digest: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One journal row. `plan` is the encoded group plan; `facts` what was learnt on the way (IDs created).

    `log` and `exit_code` are what a new container that failed left behind.
    Facts about a container other than the operation's own carry its name: `sidecar:new_id`.
    """

    op: str
    host_id: str
    host: str
    identity: str
    name: str
    key: str
    by: str
    opened_at: datetime
    phase: Phase
    old: ImageVersion
    new: ImageVersion
    plan: Document
    facts: dict[str, str] = field(default_factory=dict)
    steps: tuple[StepRecord, ...] = ()
    result: Result | None = None
    reason: str | None = None
    message: str = ""
    log: str = ""
    exit_code: int | None = None
    closed_at: datetime | None = None
    purpose: Purpose = "update"

    @property
    def whole_log(self) -> str:
        """All that was printed, each step's output under its name, and after it `log`."""
        outputs = (f"{step.words}:\n{step.output}" for step in self.steps if step.output)
        return "\n".join(filter(None, (*outputs, self.log)))

    def of(self, container: str | None) -> Operation:
        """The row as if it were about this container alone; None stands for the operation's own."""
        facts = {
            key.removeprefix(f"{container}:"): value for key, value in self.facts.items() if _owner(key) == container
        }
        return replace(self, facts=facts, steps=tuple(step for step in self.steps if step.container == container))

    def knows(self, fact: str) -> bool:
        """Tell whether this was learnt about any of its containers."""
        return any(key.rpartition(":")[2] == fact for key in self.facts)


def fact_name(container: str | None, name: str) -> str:
    """What a fact about this container is called in the row."""
    return f"{container}:{name}" if container else name


def _owner(fact: str) -> str | None:
    """No container's name holds a colon."""
    return fact.rpartition(":")[0] or None
