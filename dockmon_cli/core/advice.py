"""What whoever looks at an operation should do next, if anything."""

from __future__ import annotations

from dockmon_cli.core.operation import Operation


def what_to_do(operation: Operation) -> str:
    """Given an operation, return the next step as a sentence; empty where there is none."""
    target = f"{operation.host}/{operation.name}"
    is_open, result = operation.phase != "closed", operation.result
    table = (
        (
            is_open and result == "rollback_failed",
            "the way back failed and both containers are kept: mend what is in the way, then `dockmon update recover`",
        ),
        (is_open and result == "interrupted", "when the host answers again: `dockmon update recover`"),
        (
            is_open,
            "it is under way, or was cut short: `dockmon update recover` brings it to a good end, and leaves alone what"
            " somebody is still at",
        ),
        (
            result == "rolled_back",
            f"the original runs again; when the image is mended: `dockmon update apply {target}`",
        ),
        (result == "failed", f"nothing was changed; when the reason is gone: `dockmon update apply {target}`"),
        (
            result == "updated" and operation.reason is None,
            f"to go back to what ran before: `dockmon update rollback {target} --to {operation.op}`",
        ),
    )
    return next((text for applies, text in table if applies), "")
