"""Rules: what somebody set for one container, or for whatever a selection covers now and next month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dockmon_cli.core.container_settings.written import written
from dockmon_cli.core.containers import Container
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.targets import means

RuleScope = Literal["filter", "host", "tag", "target"]
RULE_SCOPES: tuple[RuleScope, ...] = ("filter", "host", "tag", "target")
"""By what a rule can cover a container, from weak to strong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One setting's value, and for what it holds.

    `exact` is the (host_id, identity) that a command stored it for. Without it the selector decides: TARGETs and a
    selection in one rule both have to hold. `origin` tells where a declared rule stands (`dockmon.toml:12`) and
    `name` which `[containers.NAME]` it is; both are empty for a stored one, which has `by` and `at` in their place.
    """

    setting: str
    value: Any
    selector: Selector = field(default_factory=Selector)
    exact: tuple[str, str] | None = None
    origin: str = ""
    name: str = ""
    by: str = ""
    at: datetime | None = None
    reason: str | None = None

    @property
    def is_declared(self) -> bool:
        """True if the configuration says it: then commands may not change it."""
        return bool(self.origin)

    @property
    def source(self) -> str:
        """Where it stands, or who stored it, when and why: `by ops, 2026-11-02, "prod data"`."""
        if self.is_declared:
            return self.origin
        day = f"{self.at:%Y-%m-%d}" if self.at else ""
        return ", ".join(filter(None, (f"by {self.by}", day, f'"{self.reason}"' if self.reason else "")))

    @property
    def place(self) -> tuple[tuple[str, str] | None, str]:
        """What it is about, the same for all rules about it: a (host_id, identity), or None and a selection's text."""
        return self.exact, "" if self.exact else written(self.selector)

    def scope(self, container: Container) -> RuleScope | None:
        """Given a container, return by what this rule covers it (the strongest of its words), or None."""
        if self.exact is not None:
            return "target" if self.exact == (container.host_id, container.identity) else None
        selector = self.selector
        named = any(means(target, container) for target in selector.targets)
        if selector.is_empty or not selector.covers(container) or (selector.targets and not named):
            return None
        present = (bool(selector.filters), bool(selector.hosts), bool(selector.tags), named)
        return next(scope for scope, given in zip(RULE_SCOPES[::-1], present[::-1], strict=True) if given)
