"""Lines for people about updates that are more than a row of a table."""

from __future__ import annotations

from collections.abc import Iterable

from dockmon_cli.core.update_plan.candidate import Candidate

_YOURS = "dockmon changes the container, not your file. Write the new reference there too; until then"


def change_notes(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Given containers that move to another tag, say once why, and for each which line of whose file to change."""
    changed = [(candidate, candidate.change) for candidate in candidates if candidate.change]
    if not changed:
        return ()
    by_compose = any(change.file for _, change in changed)
    goes_back = "`docker compose up` goes back to the old one" if by_compose else "whatever makes it anew goes back"
    lines = (
        f"  {change.place or 'the command that made it'}: {change.old} -> {change.new}  ({candidate.container.target})"
        for candidate, change in changed
    )
    return (f"{_YOURS} {goes_back}:", *lines)
