"""From a candidate with an update to its swap plan."""

from __future__ import annotations

from dockmon_cli.core.containers import COMPOSE_PROJECT
from dockmon_cli.core.create_spec import CreateSpec, NewImage, build, settings_mark
from dockmon_cli.core.create_spec.build import NEVER_RESTARTED
from dockmon_cli.core.documents import Document
from dockmon_cli.core.operation import ImageVersion
from dockmon_cli.core.start_first import start_first_steps, without_macs
from dockmon_cli.core.swap import StartState, Step, SwapPlan, forward_steps, own_tags, start_state
from dockmon_cli.core.update_plan.candidate import Candidate
from dockmon_cli.core.update_plan.start_first import starts_first
from dockmon_cli.core.verify import VerifySettings, was_job

DEFAULT_STOP_GRACE_S = 10


def swap_plan(candidate: Candidate, verify: VerifySettings) -> SwapPlan:
    """Given a candidate with an update, return its swap plan."""
    beside = starts_first(candidate)
    container, inspect, served = candidate.container, candidate.inspect, candidate.served
    reference, old_config = candidate.reference, candidate.old_image_config
    assert reference and served  # noqa: S101, PT018 - `refusal` has looked
    assert old_config is not None  # noqa: S101 - likewise
    new_image_id = served.digest if candidate.info.image_store == "containerd" else served.config_digest
    keep_old, keep_new = own_tags(reference, inspect["Id"], inspect["Image"], new_image_id)
    state = start_state(inspect)
    has_way_back = not candidate.vanishes
    written, available = str(inspect["Config"]["Image"]), candidate.answer.available
    image = available.image if available else written
    new = NewImage(new_image_id, served.platform_digest)
    unchanged = NewImage(inspect["Image"])
    spec = build(inspect, old_config, candidate.info, image=image, new_image=new)
    spec = without_macs(spec) if beside else spec
    pre_hook, post_hook = _hooks(candidate)
    return SwapPlan(
        host_id=container.host_id,
        host=container.host,
        name=container.name,
        identity=container.identity,
        key=container.key,
        old_id=container.id,
        old_image_id=inspect["Image"],
        start_state=state,
        restart_policy=inspect["HostConfig"].get("RestartPolicy") or NEVER_RESTARTED,
        stop_grace_s=stop_grace(inspect),
        image=image,
        repository=reference.name,
        digest=served.digest,
        new_image_id=new_image_id,
        keep_old=keep_old,
        keep_new=keep_new,
        spec=spec,
        old_spec=build(inspect, old_config, candidate.info, image=written, new_image=unchanged),
        old=ImageVersion(candidate.answer.current.digest, candidate.answer.current.version),
        new=ImageVersion(served.digest or None, available.version if available else served.version),
        steps=_steps(candidate, spec, state, beside=beside),
        verify=verify,
        may_end=was_job(inspect) and candidate.ended_well,
        has_way_back=has_way_back,
        size_bytes=served.size_bytes,
        placed=candidate.placed_files,
        old_image=written,
        purpose=candidate.purpose,
        ties=dict(candidate.ties),
        order="start-first" if beside else "stop-first",
        pre_hook=pre_hook,
        post_hook=post_hook,
        hook_timeout_s=candidate.hooks.timeout_s,
        mark=settings_mark(inspect),
        left=candidate.known_as,
    )


def _hooks(candidate: Candidate) -> tuple[str, str]:
    settings = candidate.settings
    return (settings.pre.value or "", settings.post.value or "") if candidate.runs_hooks else ("", "")


def _steps(candidate: Candidate, spec: CreateSpec, state: StartState, *, beside: bool) -> tuple[Step, ...]:
    hooks = [name for name, command in zip(("pre_hook", "post_hook"), _hooks(candidate), strict=True) if command]
    if beside:
        return start_first_steps(spec, copies=bool(candidate.placed_files), hooks=hooks)
    return forward_steps(
        runs=state != "stopped",
        has_way_back=not candidate.vanishes,
        is_paused=state == "paused",
        connects=bool(spec.networks or spec.leave),
        copies=bool(candidate.placed_files),
        is_compose=COMPOSE_PROJECT in candidate.container.labels,
        hooks=hooks,
    )


def stop_grace(inspect: Document) -> int:
    """Given an inspect document, return how many seconds the container gets to stop."""
    seconds = inspect["Config"].get("StopTimeout")
    return DEFAULT_STOP_GRACE_S if seconds is None else int(seconds)
