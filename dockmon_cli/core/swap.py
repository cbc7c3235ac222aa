"""The swap of one container for its successor: the decided plan, and the names of its steps.

The plan is plain data: `--dry-run` prints it, the journal stores it, and `services/swap/run.py` executes it.
The old container is kept, renamed, until the new one has proven itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dockmon_cli.core.container_settings import Order
from dockmon_cli.core.containers import ASIDE_SUFFIX, LOCK_SUFFIX, short_id
from dockmon_cli.core.create_spec import CreateSpec, settings_mark
from dockmon_cli.core.documents import Document
from dockmon_cli.core.operation import ImageVersion, Purpose
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.verify import VerifySettings

StartState = Literal["running", "paused", "stopped"]
ROLLBACK_PREFIX = "dockmon-rollback/"
INCOMING_PREFIX = "dockmon-new/"
NO_POLICY = "no"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way forward, and what takes it back (empty where nothing needs to)."""

    name: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class SwapPlan:
    """Everything that executing the swap needs; no decision is left for later.

    `image` is the reference that the successor is created from: the one the user wrote (`written`), or that with
    another tag where a newer version moves it. `repository` and `digest` are what is pulled, `new_image_id` what the
    created container must run. `keep_old` and `keep_new` are our own tags. `old_spec` recreates the old one if somebody
    removed it. `has_way_back` is False where the engine removes the old one as soon as it stops (`--rm`). `placed` are
    files that compose put into the old one.
    `ties` is all that it is bound to, name by ID. Its successor is bound to those of the members of the same operation;
    where one of the others is gone, whoever has its name takes its place.
    `pre_hook` is run in the old one, `post_hook` in the new one; empty where none is. `mark` is the old one's
    `settings_mark` when the plan was made, `left` are all digests that its image is known by.
    """

    host_id: str
    host: str
    name: str
    identity: str
    key: str
    old_id: str
    old_image_id: str
    start_state: StartState
    restart_policy: Document
    stop_grace_s: int
    image: str
    repository: str
    digest: str
    new_image_id: str
    keep_old: str
    keep_new: str
    spec: CreateSpec
    old_spec: CreateSpec
    old: ImageVersion
    new: ImageVersion
    steps: tuple[Step, ...]
    verify: VerifySettings
    may_end: bool = False
    has_way_back: bool = True
    size_bytes: int | None = None
    placed: tuple[str, ...] = ()
    old_image: str = ""
    purpose: Purpose = "update"
    order: Order = "stop-first"
    ties: dict[str, str] = field(default_factory=dict)
    pre_hook: str = ""
    post_hook: str = ""
    hook_timeout_s: float = 60.0
    mark: str = ""
    left: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The reference that the old one was created from, and would be again; `old_image` is empty where it stays."""
        return self.old_image or self.image

    @property
    def starts_first(self) -> bool:
        """True if the new one is proven beside the old one."""
        return self.order == "start-first"

    @property
    def is_update(self) -> bool:
        """True if it is to get another image; False where it only follows a container that it is bound to."""
        return self.purpose != "follow"

    @property
    def lends_tag(self) -> bool:
        """True if it is created from a tag; a digest and an ID lead to the same image always."""
        return self._has("lend_tag")

    @property
    def proves_itself(self) -> bool:
        """True if its new one has to prove itself: not one that does not run, or that was ill before."""
        return self._has("verify")

    def _has(self, name: str) -> bool:
        return any(step.name == name for step in self.steps)

    @property
    def lock_name(self) -> str:
        """The container that takes the name for as long as the swap lasts."""
        return self.name + LOCK_SUFFIX

    @property
    def aside_name(self) -> str:
        """What the old one is called until the new one is proven."""
        return self.name + ASIDE_SUFFIX


def forward_steps(
    *,
    runs: bool,
    has_way_back: bool,
    is_paused: bool,
    connects: bool = True,
    copies: bool = False,
    is_compose: bool = False,
    hooks: Collection[str] = (),
) -> tuple[Step, ...]:
    """Given what kind of container it is, return the steps in order.

    A stopped one is never stopped or started; one that vanishes when it stops can't be disarmed or set aside;
    one that `connects` is in more networks than the one it is created in; one that `copies` has files from compose.
    The tag is lent while a container is down, so it is given back after the start; of one that `is_compose` before
    it: compose, which compares tag and containers, would take away both if it saw the new one run with it.
    """
    table = (
        (True, Step("pull")),
        (True, Step("keep", "drop our tags")),
        (True, Step("lock", "remove NAME.dockmon-new")),
        ("pre_hook" in hooks, Step("pre_hook")),
        (runs and has_way_back, Step("disarm", "restore the restart policy")),
        (runs, Step("stop", "start the old one" if has_way_back else "create the old one again from its image")),
        (has_way_back, Step("set_aside", "rename it back")),
        (True, Step("lend_tag", "put the tag back")),
        (True, Step("create", "remove the new one")),
        (is_compose, Step("return_tag")),
        (copies, Step("copy_files")),
        (connects, Step("connect")),
        (runs, Step("start", "stop the new one")),
        (not is_compose, Step("return_tag")),
        (runs, Step("verify")),
        ("post_hook" in hooks, Step("post_hook")),
        (is_paused, Step("pause")),
        (True, Step("commit")),
        (has_way_back, Step("remove_old")),
        (True, Step("move_tag")),
        (True, Step("unlock")),
        (True, Step("drop_new_tag")),
    )
    return tuple(step for applies, step in table if applies)


UPDATE_STEPS = frozenset({"pull", "commit", "move_tag"})


def follower_steps(steps: Sequence[Step], *, lends: bool, proves: bool) -> tuple[Step, ...]:
    """Given the steps that its update would have, return those of a container that is recreated from its own image.

    One that `lends` was created from a tag, which has to show its image while it is created again. Only one that
    was well before `proves` itself.
    """
    left_out = UPDATE_STEPS | (frozenset() if lends else {"lend_tag", "return_tag"}) | (set() if proves else {"verify"})
    return (*(step for step in steps if step.name not in left_out), Step("drop_old_tag"))


def own_tags(reference: Reference | None, old_id: str, old_image_id: str, new_image_id: str) -> tuple[str, str]:
    """Return the names that keep the old and the new image from being pruned while the swap lasts, and after.

    They belong to the container `old_id` alone: a swap that ends drops its names, and must not take away those of
    another one of the same image that is still under way. Without a `reference` the image goes by its ID alone.
    """
    path = _tag_path(reference) if reference else "by-id"
    keep_old, keep_new = (
        f"{prefix}{path}:{short_id(image_id)}-{short_id(old_id)}"
        for prefix, image_id in ((ROLLBACK_PREFIX, old_image_id), (INCOMING_PREFIX, new_image_id))
    )
    return keep_old, keep_new


def _tag_path(reference: Reference) -> str:
    # `[::1]:5000` is a registry too, and no part of a name may begin or end with a dash.
    registry = "-".join(filter(None, re.split(r"[][:]+", reference.registry)))
    return f"{registry}/{reference.repository}".lower()


def start_state(container: Document) -> StartState:
    """Given an inspect document, return the state that the swap has to end in; a restart loop counts as running."""
    state = container["State"]
    if state.get("Paused"):
        return "paused"
    return "running" if state.get("Running") or state.get("Restarting") else "stopped"


def changed_since(plan: SwapPlan, old: Document | None) -> str:
    """Given the old container's inspect document now (None if it is gone), say what happened to it since the plan.

    Somebody may have answered a question slowly, or worked on the container while its image was pulled.
    """
    if old is None:
        return "it was removed since the plan was made; run the command again"
    if str(old["Name"]).removeprefix("/") != plan.name or start_state(old) != plan.start_state:
        return "it was renamed, started or stopped since the plan was made; run the command again"
    return SET_ANEW if was_set_anew(plan, old) else ""


SET_ANEW = "its limits, restart policy or networks were changed since the plan was made; run the command again"


def was_set_anew(plan: SwapPlan, old: Document, *, disarmed: bool = False) -> bool:
    """Tell whether its user changed what the old container is set to; `disarmed` says that we changed its policy."""
    if not plan.mark:  # a row of an earlier version
        return False
    expected = {_policy(plan.restart_policy), *([_policy(None)] if disarmed else [])}
    return settings_mark(old) != plan.mark or _policy(old["HostConfig"].get("RestartPolicy")) not in expected


def _policy(policy: Document | None) -> tuple[str, int]:
    return policy_name(policy), int((policy or {}).get("MaximumRetryCount") or 0)


def policy_name(policy: Document | None) -> str:
    """Given a restart policy, return its name; engines say in several ways that there is none."""
    return str((policy or {}).get("Name") or NO_POLICY)
