"""What the engine shows of a swap: for the decision how to end it, and what the new container left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dockmon_cli.core.containers import identity
from dockmon_cli.core.create_spec.build import OP_LABEL
from dockmon_cli.core.create_spec.volumes import anonymous_volumes
from dockmon_cli.core.dependents import held
from dockmon_cli.core.documents import Document, parse_moment, parse_time
from dockmon_cli.core.errors import EngineError, HostError
from dockmon_cli.core.recovery import Seen, SeenContainer, begun
from dockmon_cli.core.swap import policy_name
from dockmon_cli.services.swap.context import Swap
from dockmon_cli.services.swap.files import are_lost

LOG_LINES = 50
CREATES = frozenset({"lock", "create", "recreate_old", "recreate_new"})
CREATED_WITHIN = timedelta(seconds=10)
"""An engine notes when it takes a create up, not when it is done."""


async def look(swap: Swap) -> Seen:
    """See what is there of the swap now; the ID of a container that was just created is put on record."""
    find, plan, facts = swap.find, swap.plan, swap.recorder.operation.facts
    named, old = await find(plan.name), await find(plan.old_id)
    new = await find(facts["new_id"]) if facts.get("new_id") else None
    lock = await find(plan.lock_name)
    if named and _is_unrecorded(swap, named, lock):
        new = named
        swap.recorder.fact(new_id=named["Id"])
    if lock and _is_unrecorded_beside(swap, lock):
        new = lock
        swap.recorder.fact(new_id=lock["Id"])
    lock = None if lock and new and lock["Id"] == new["Id"] else lock
    known = {c["Id"] for c in (old, new) if c}
    stranger = named if named and named["Id"] not in known else None
    tag, own = await swap.tags.image_id(swap.tags.lent) or None, _own(swap, lock)
    return Seen(
        old=await _seen(swap, old),
        new=await _seen(swap, new),
        lock=await _seen(swap, own),
        stranger=await _seen(swap, stranger),
        tag_image_id=tag,
        is_others=lock is not None and own is None,
        files_lost=old is None and swap.recorder.operation.phase != "committed" and await are_lost(swap),
    )


def _is_unrecorded(swap: Swap, named: Document, lock: Document | None) -> bool:
    """Killed between a create and the record of its ID: ours if it runs the image that was to be created.

    Its user may have made another one of it since, which runs: ours is on record before it is started.
    """
    steps, facts = begun(swap.recorder.operation), swap.recorder.operation.facts
    if facts.get("new_id") or facts.get("create_refused") or named["Id"] == swap.plan.old_id:
        return False
    images = {"create": swap.plan.new_image_id, "recreate_new": swap.plan.new_image_id,
              "recreate_old": swap.plan.old_image_id}  # fmt: skip
    if named["Image"] not in {image for step, image in images.items() if step in steps}:
        return False
    was_started = parse_moment(named["State"].get("StartedAt")) is not None
    return not was_started or (lock is not None and not _came_later(swap, named, lock))


def _came_later(swap: Swap, named: Document, lock: Document) -> bool:
    """True of one that was created when nobody waited for a create of ours any more.

    The lock tells by the engine's clock when its own step was, and the journal how long after that the last create
    was. An engine that comes back may start what was never started, so that having run alone tells nothing.
    """
    began = {step.name: step.started_at for step in swap.recorder.operation.steps if step.name in CREATES}
    since_lock = max(began.values()) - began.get("lock", max(began.values()))
    return bool(parse_time(named["Created"]) - parse_time(lock["Created"]) > since_lock + CREATED_WITHIN)


def _is_unrecorded_beside(swap: Swap, lock: Document) -> bool:
    """The same of one that was created under the temporary name; a lock, of anybody's, says so by its label."""
    steps, facts = begun(swap.recorder.operation), swap.recorder.operation.facts
    is_lock = OP_LABEL in (lock["Config"].get("Labels") or {})
    unknown = "create_beside" in steps and not facts.get("new_id") and not facts.get("create_refused")
    return unknown and not is_lock and bool(lock["Image"] == swap.plan.new_image_id)


def _own(swap: Swap, lock: Document | None) -> Document | None:
    labels = (lock["Config"].get("Labels") or {}) if lock else {}
    return lock if labels.get(OP_LABEL) == swap.recorder.operation.op else None


async def _seen(swap: Swap, container: Document | None) -> SeenContainer | None:
    if container is None:
        return None
    holds = await _holds(swap, container) if swap.plan.ties else frozenset()
    name = str(container["Name"]).removeprefix("/")
    policy = policy_name(container["HostConfig"].get("RestartPolicy"))
    who = identity(name, container["Config"].get("Labels") or {})
    return SeenContainer(
        container["Id"],
        name,
        container["State"]["Status"],
        policy,
        who,
        holds,
        parse_moment(container["State"].get("StartedAt")),
        anonymous_volumes(container),
    )


async def _holds(swap: Swap, container: Document) -> frozenset[str]:
    """The IDs of what a container is bound to; a name leads to whoever has it now."""
    found = [await swap.find(call) for call in held(container)]
    return frozenset(document["Id"] for document in found if document)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The new container's last words and how it ended."""

    log: str
    exit_code: int | None


async def evidence(swap: Swap) -> Evidence | None:
    """Before the new one is removed: return what it left behind. Failing to get it stops nothing."""
    new_id = swap.recorder.operation.facts.get("new_id")
    if not new_id:
        return None
    try:
        state = (await swap.engine.inspect(new_id))["State"]
        log = await swap.engine.logs(new_id, tail=LOG_LINES)
    except (HostError, EngineError):
        return None
    has_ended = state.get("Restarting") or not state.get("Running")  # while it runs the engine says 0
    return Evidence(log + _health_log(state), state.get("ExitCode") if has_ended else None)


def _health_log(state: Document) -> str:
    """What the health check printed, below the container's own lines."""
    probes = (state.get("Health") or {}).get("Log") or []
    return "".join(f"\nhealth check, exit {p.get('ExitCode')}: {str(p.get('Output', '')).strip()}" for p in probes)
