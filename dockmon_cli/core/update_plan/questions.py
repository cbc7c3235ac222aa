"""The reasons that need the user's own answer."""

from __future__ import annotations

from collections.abc import Iterator

from dockmon_cli.core.update_plan.candidate import Candidate, PlanItem
from dockmon_cli.core.update_plan.start_first import starts_first

LARGEST_SILENT_LAYER = 10 * 1000 * 1000
OLDER_DATABASE = "it is a database, and an older version may not read what a newer one wrote to its volumes"
CONFIRM = "--force answers for all of them; at a terminal each is asked"


def question(candidate: Candidate) -> PlanItem | None:
    """The reasons that need the user's own answer."""
    megabytes = candidate.size_rw / 1e6
    table = (
        (candidate.purpose == "rollback" and candidate.is_database, "database", OLDER_DATABASE),
        (candidate.verdict == "warn", "warn", "its policy is warn"),
        (
            candidate.vanishes and not starts_first(candidate),
            "auto_remove",
            "the engine removes it as soon as it stops (--rm), so there is no way back but its image",
        ),
        (
            candidate.size_rw > LARGEST_SILENT_LAYER,
            "writable_layer",
            f"{megabytes:.0f} MB written inside the container, outside any volume, would be lost",
        ),
    )
    found = next(((why, text) for applies, why, text in (*table, *_of_dependents(candidate)) if applies), None)
    return PlanItem(candidate, "needs_confirmation", *found, hint=CONFIRM) if found else None


def _of_dependents(candidate: Candidate) -> Iterator[tuple[bool, str, str]]:
    """What is lost of those that are recreated with it."""
    for dependent in candidate.dependents:
        lost = f"{dependent.size_rw / 1e6:.0f} MB written inside {dependent.name}, outside any volume, would be lost"
        gone = f"{dependent.name} goes down with it, and the engine removes that one as soon as it stops (--rm)"
        yield dependent.vanishes, "auto_remove", gone
        yield dependent.size_rw > LARGEST_SILENT_LAYER, "writable_layer", lost
