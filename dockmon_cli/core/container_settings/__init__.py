"""What users set for their containers: rules, the table of settings, and the one resolver of what holds."""

from dockmon_cli.core.container_settings.conflicts import refuse_declared, refuse_said_twice, said_in_vain, subject
from dockmon_cli.core.container_settings.resolve import (
    NOTHING_SET,
    Chosen,
    Default,
    Scope,
    UpdateSettings,
    by_label,
    choose,
    resolve_settings,
    said_by_labels,
)
from dockmon_cli.core.container_settings.rule import RULE_SCOPES, Rule, RuleScope
from dockmon_cli.core.container_settings.table import (
    BY_NAME,
    LABELS,
    ORDERS,
    POLICY,
    SETTINGS,
    WORDS,
    ContainerSetting,
    Order,
    Word,
)
from dockmon_cli.core.container_settings.written import after_rename, in_words, read_back, without_host, written

__all__ = [
    "BY_NAME",
    "LABELS",
    "NOTHING_SET",
    "ORDERS",
    "POLICY",
    "RULE_SCOPES",
    "SETTINGS",
    "WORDS",
    "Chosen",
    "ContainerSetting",
    "Default",
    "Order",
    "Rule",
    "RuleScope",
    "Scope",
    "UpdateSettings",
    "Word",
    "after_rename",
    "by_label",
    "choose",
    "in_words",
    "read_back",
    "refuse_declared",
    "refuse_said_twice",
    "resolve_settings",
    "said_by_labels",
    "said_in_vain",
    "subject",
    "without_host",
    "written",
]
