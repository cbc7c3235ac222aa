"""What `update apply` will do to each container, and why not where it will not.

`plan` is the one decision behind `update plan`, `update apply --dry-run` and `update apply`: the swap plans it
returns are the objects that are printed and executed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dockmon_cli.core.check_answer import FINDINGS, CheckAnswer
from dockmon_cli.core.containers import COMPOSE_PROJECT, Container
from dockmon_cli.core.create_spec import NewImage, build
from dockmon_cli.core.detect import Served
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.operation import ImageVersion, Result
from dockmon_cli.core.policy import Word
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.swap import SwapPlan, forward_steps, own_tags, start_state
from dockmon_cli.core.verify import VerifySettings, was_job

ADDED = 1
SECRETS = "/run/secrets/"
LARGEST_SILENT_LAYER = 10 * 1000 * 1000
DEFAULT_STOP_GRACE_S = 10

EXPLAIN_POLICY = "`dockmon policy explain` tells why"
CONFIRM = "--force answers for all of them; at a terminal each is asked"
UNREADABLE = "neither the engine nor the registry shows the image that runs, so its defaults can't be told from yours"
RECREATE = "recreate it from its tag once, as you made it; dockmon can update it from then on"

Would = Literal["update"] | Result


@dataclass(frozen=True, slots=True)
class Candidate:
    """One container with all that the decision about it needs.

    `named` is True where the user typed it as a TARGET instead of covering it by a selection, `takes_stopped` where
    it is meant even if it is stopped. `last` is the last good answer, where this one is unknown. `old_image_config`
    is None where nothing shows the running image any more, `is_untold` says that this even kept the answer from
    being told. `dependents` are the names of containers bound to it by ID. `placed_files` are what compose put into it.
    `ended_well` says that a run of it which
    ended with 0 is on dockmon's record.
    """

    container: Container
    inspect: Document
    info: EngineInfo
    answer: CheckAnswer
    verdict: Word
    named: bool
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

    @property
    def has_update(self) -> bool:
        """True if there is something to update to."""
        return self.answer.state in FINDINGS


@dataclass(frozen=True, slots=True)
class PlanItem:
    """The decision about one container: `would` is `update`, or the result it would have without being touched.

    `message` says why, `hint` what to do about it.
    """

    candidate: Candidate
    would: Would
    reason: str | None = None
    message: str = ""
    swap: SwapPlan | None = None
    hint: str = ""

    @property
    def needs_answer(self) -> bool:
        """True if the user's own answer turns this into an update."""
        return self.would == "needs_confirmation"


def plan(candidates: Sequence[Candidate], verify: VerifySettings, *, forced: frozenset[str]) -> tuple[PlanItem, ...]:
    """Given candidates, decide about each. `forced` are the keys of containers that were confirmed one by one."""
    return tuple(_decide(candidate, verify, candidate.container.key in forced) for candidate in candidates)


def _decide(candidate: Candidate, verify: VerifySettings, forced: bool) -> PlanItem:
    refusal = _refusal(candidate)
    if refusal is None and not forced:
        refusal = _question(candidate)
    if refusal is not None:
        return refusal
    return PlanItem(candidate, "update", swap=swap_plan(candidate, verify))


def _refusal(candidate: Candidate) -> PlanItem | None:
    """The reasons that no answer overcomes, the strongest first: an ending with its reason, message and hint."""
    answer, container = candidate.answer, candidate.container
    table: tuple[tuple[bool, Would, str | None, str, str], ...] = (
        (answer.reason == "managed_by", "skipped", "managed_by", answer.message, "update it there"),
        (candidate.verdict == "ignore", "skipped", "ignored", "its policy is ignore", EXPLAIN_POLICY),
        (candidate.is_untold, "failed", "old_image_unreadable", answer.message, answer.hint),
        (answer.state == "unknown", "failed", answer.reason, answer.message, answer.hint),
        (not candidate.has_update, "unchanged", _why_unchanged(answer), answer.message, ""),
        (candidate.verdict == "block", "blocked", "policy", "its policy is block", EXPLAIN_POLICY),
        (_is_left_out(candidate), "skipped", "stopped", "it is stopped", f"name it to update it: {container.target}"),
        (
            bool(candidate.dependents),
            "skipped",
            "dependents",
            _hang_on(container, candidate.dependents),
            "recreate them together for now, as you made them",
        ),
        (candidate.old_image_config is None, "failed", "old_image_unreadable", UNREADABLE, RECREATE),
    )
    found = next(((would, why, text, hint) for applies, would, why, text, hint in table if applies), None)
    if found is None:
        return None
    would, why, text, hint = found
    return PlanItem(candidate, would, why, text, hint=hint)


def _vanishes(inspect: Document) -> bool:
    """True if the engine removes it as soon as it stops; one that does not run has nothing to stop for."""
    return bool(inspect["HostConfig"].get("AutoRemove")) and start_state(inspect) != "stopped"


def _question(candidate: Candidate) -> PlanItem | None:
    """The reasons that need the user's own answer."""
    megabytes = candidate.size_rw / 1e6
    table = (
        (candidate.verdict == "warn", "warn", "its policy is warn"),
        (
            _vanishes(candidate.inspect),
            "auto_remove",
            "the engine removes it as soon as it stops (--rm), so there is no way back but its image",
        ),
        (
            candidate.size_rw > LARGEST_SILENT_LAYER,
            "writable_layer",
            f"{megabytes:.0f} MB written inside the container, outside any volume, would be lost",
        ),
        (
            bool(candidate.placed_files),
            "writable_layer",
            f"compose put {', '.join(candidate.placed_files)} into it, which `docker compose up` alone renews",
        ),
    )
    found = next(((why, text) for applies, why, text in table if applies), None)
    return PlanItem(candidate, "needs_confirmation", *found, hint=CONFIRM) if found else None


def placed_by_compose(changes: Sequence[Document], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Given what a container's writable layer changes, return the files of inline `secrets:` that compose put there.

    They stand in no inspect document: a container recreated from one would start without them.
    """
    if COMPOSE_PROJECT not in labels:
        return ()
    added = (str(change["Path"]) for change in changes if change.get("Kind") == ADDED)
    return tuple(path for path in added if path.startswith(SECRETS))


def _why_unchanged(answer: CheckAnswer) -> str | None:
    return answer.reason if answer.state == "up_to_date" else answer.state


def _is_left_out(candidate: Candidate) -> bool:
    meant = candidate.named or candidate.takes_stopped
    return not meant and start_state(candidate.inspect) == "stopped"


def _hang_on(container: Container, dependents: tuple[str, ...]) -> str:
    return f"{', '.join(dependents)} hold{'s' if len(dependents) == 1 else ''} on to {container.name} by its ID"


def swap_plan(candidate: Candidate, verify: VerifySettings) -> SwapPlan:
    """Given a candidate with an update, return its swap plan."""
    container, inspect, served = candidate.container, candidate.inspect, candidate.served
    reference, old_config = candidate.reference, candidate.old_image_config
    assert reference and served  # noqa: S101, PT018 - `_refusal` has looked
    assert old_config is not None  # noqa: S101 - likewise
    new_image_id = served.digest if candidate.info.image_store == "containerd" else served.config_digest
    keep_old, keep_new = own_tags(reference, inspect["Id"], inspect["Image"], new_image_id)
    state = start_state(inspect)
    has_way_back = not _vanishes(inspect)
    image = str(inspect["Config"]["Image"])
    new = NewImage(new_image_id, served.platform_digest)
    unchanged = NewImage(inspect["Image"])
    available = candidate.answer.available
    spec = build(inspect, old_config, candidate.info, image=image, new_image=new)
    return SwapPlan(
        host_id=container.host_id,
        host=container.host,
        name=container.name,
        identity=container.identity,
        key=container.key,
        old_id=container.id,
        old_image_id=inspect["Image"],
        start_state=state,
        restart_policy=inspect["HostConfig"].get("RestartPolicy") or {"Name": "no", "MaximumRetryCount": 0},
        stop_grace_s=_stop_grace(inspect),
        image=image,
        repository=reference.name,
        digest=served.digest,
        new_image_id=new_image_id,
        keep_old=keep_old,
        keep_new=keep_new,
        spec=spec,
        old_spec=build(inspect, old_config, candidate.info, image=image, new_image=unchanged),
        old=ImageVersion(candidate.answer.current.digest, candidate.answer.current.version),
        new=ImageVersion(served.digest, available.version if available else served.version),
        steps=forward_steps(
            runs=state != "stopped",
            has_way_back=has_way_back,
            is_paused=state == "paused",
            connects=bool(spec.networks or spec.leave),
        ),
        verify=verify,
        may_end=was_job(inspect) and candidate.ended_well,
        has_way_back=has_way_back,
        size_bytes=served.size_bytes,
    )


def _stop_grace(inspect: Document) -> int:
    seconds = inspect["Config"].get("StopTimeout")
    return DEFAULT_STOP_GRACE_S if seconds is None else int(seconds)
