"""The swap of a container that goes down with another one: for a successor of the same image."""

from __future__ import annotations

from dockmon_cli.core.containers import COMPOSE_PROJECT
from dockmon_cli.core.create_spec import NewImage, build, settings_mark
from dockmon_cli.core.create_spec.build import NEVER_RESTARTED
from dockmon_cli.core.operation import ImageVersion
from dockmon_cli.core.reference import InvalidReference, Reference, looks_like_image_id
from dockmon_cli.core.swap import SwapPlan, follower_steps, forward_steps, own_tags, start_state
from dockmon_cli.core.update_plan.candidate import Dependent
from dockmon_cli.core.update_plan.swap_plan import stop_grace
from dockmon_cli.core.verify import VerifySettings, was_job


def follower_plan(dependent: Dependent, verify: VerifySettings) -> SwapPlan:
    """Given a container that goes down with another one, return the plan that recreates it as it is."""
    container, inspect, image_config = dependent.container, dependent.inspect, dependent.image_config
    assert image_config is not None  # noqa: S101 - `refusal` has looked
    image_id, image, state = inspect["Image"], str(inspect["Config"]["Image"]), start_state(inspect)
    reference = _tag_of(image, image_id)
    keep_old, keep_new = own_tags(reference, inspect["Id"], image_id, image_id)
    spec = build(inspect, image_config, dependent.info, image=image, new_image=NewImage(image_id))
    steps = forward_steps(
        runs=state != "stopped",
        has_way_back=not dependent.vanishes,
        is_paused=state == "paused",
        connects=bool(spec.networks or spec.leave),
        copies=bool(dependent.placed_files),
        is_compose=COMPOSE_PROJECT in container.labels,
    )
    return SwapPlan(
        host_id=container.host_id,
        host=container.host,
        name=container.name,
        identity=container.identity,
        key=container.key,
        old_id=container.id,
        old_image_id=image_id,
        start_state=state,
        restart_policy=inspect["HostConfig"].get("RestartPolicy") or NEVER_RESTARTED,
        stop_grace_s=stop_grace(inspect),
        image=image,
        repository=reference.name if reference else "",
        digest="",
        new_image_id=image_id,
        keep_old=keep_old,
        keep_new=keep_new,
        spec=spec,
        old_spec=spec,
        old=ImageVersion(),
        new=ImageVersion(),
        steps=follower_steps(steps, lends=reference is not None, proves=not dependent.is_ill),
        verify=verify,
        may_end=was_job(inspect) and dependent.ended_well,
        has_way_back=not dependent.vanishes,
        placed=dependent.placed_files,
        purpose="follow",
        ties=dict(dependent.ties),
        mark=settings_mark(inspect),
    )


def _tag_of(image: str, image_id: str) -> Reference | None:
    """The reference, if it has a tag that may have moved since; a digest and an ID always lead to the same image."""
    if looks_like_image_id(image, image_id):
        return None
    try:
        reference = Reference.parse(image)
    except InvalidReference:
        return None
    return None if reference.digest else reference
