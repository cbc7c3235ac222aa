"""The reasons that need the user's own answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockmon_cli.core.containers import COMPOSE_PROJECT
from dockmon_cli.core.documents import Document
from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem

ADDED = 1
SECRETS = "/run/secrets/"
LARGEST_SILENT_LAYER = 10 * 1000 * 1000
CONFIRM = "--force answers for all of them; at a terminal each is asked"


def question(candidate: Candidate) -> PlanItem | None:
    """The reasons that need the user's own answer."""
    megabytes = candidate.size_rw / 1e6
    table = (
        (candidate.verdict == "warn", "warn", "its policy is warn"),
        (
            candidate.vanishes,
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
