"""What is said of an update that goes ahead, besides its steps."""

from __future__ import annotations

from collections.abc import Iterator

from dockmon_cli.core.containers import COMPOSE_PROJECT, is_of_old_compose
from dockmon_cli.core.update_plan.candidate import Candidate
from dockmon_cli.core.update_plan.start_first import starts_first

VOLUMES_STAY = "its volumes stay as they are"
OLD_COMPOSE = "Compose 1 made it, whose next `up` takes the new image for a change and recreates it once more"


def remarks(candidate: Candidate) -> str:
    """Given a candidate that is updated, return what its user should know; empty where there is nothing."""
    names = ", ".join(dependent.name for dependent in candidate.dependents)
    twins = " ".join(candidate.twins)
    hashed = ", ".join(d.name for d in candidate.dependents if COMPOSE_PROJECT in d.container.labels)
    table = (
        (candidate.purpose == "rollback" and bool(candidate.answer.message), candidate.answer.message),
        (candidate.purpose == "rollback", VOLUMES_STAY),
        (starts_first(candidate), "start-first: the new one is proven while the old one still runs"),
        (bool(candidate.placed_files), f"copies what compose put into it: {', '.join(candidate.placed_files)}"),
        (is_of_old_compose(candidate.container.labels), OLD_COMPOSE),
        (
            bool(twins),
            f"compose left {twins} beside it: before its next `up`, which may stumble over both, docker rm {twins}",
        ),
        (bool(names), f"goes down together with {names}, recreated to follow it"),
        (bool(hashed), f"`docker compose up` recreates {hashed} once more: it notes the IDs of those that share"),
    )
    return "; ".join([*(text for applies, text in table if applies), *_hooks(candidate)])


def _hooks(candidate: Candidate) -> Iterator[str]:
    """A label may be there for years while nobody lets its command run: say so each time."""
    why_not = "it does not run" if candidate.hooks.are_on else "hooks are off (update.hooks)"
    for which, command in (("pre", candidate.settings.pre.value), ("post", candidate.settings.post.value)):
        if command:
            is_run = f"runs its {which} hook: {command}"
            yield is_run if candidate.runs_hooks else f"its {which} hook is not run: {why_not}"
