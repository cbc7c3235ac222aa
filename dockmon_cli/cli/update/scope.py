"""What a command that changes many containers has to be told."""

from __future__ import annotations

from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.selection import Selector


def require_scope(selector: Selector, verb: str, *, everything: bool, others: str = "", waived: bool = False) -> None:
    """Raise UsageError where `--all` comes with a TARGET, or where nothing says what to `verb`.

    Nobody does it to everything by leaving something out. `others` are what may be said in place of `--all`; `waived`
    means that nothing has to be.
    """
    if everything and selector.targets:
        raise UsageError("--all and a TARGET exclude each other", "leave one of them out")
    if selector.is_empty and not everything and not waived:
        hint = f"name a TARGET, select by --host, --tag or --filter, or say --all{others}"
        raise UsageError(f"nothing says what to {verb}", hint)
