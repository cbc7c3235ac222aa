"""What users set for their containers: rules, the table of settings, and the one resolver of what holds."""

from dockmon_cli.core.container_settings.resolve import (
    NOTHING_SET,
    Chosen,
    Default,
    Scope,
    UpdateSettings,
    resolve_settings,
)
from dockmon_cli.core.container_settings.rule import RULE_SCOPES, Rule, RuleScope
from dockmon_cli.core.container_settings.table import BY_NAME, ORDERS, SETTINGS, ContainerSetting, Order
from dockmon_cli.core.container_settings.written import in_words, read_back, written

__all__ = [
    "BY_NAME",
    "NOTHING_SET",
    "ORDERS",
    "RULE_SCOPES",
    "SETTINGS",
    "Chosen",
    "ContainerSetting",
    "Default",
    "Order",
    "Rule",
    "RuleScope",
    "Scope",
    "UpdateSettings",
    "in_words",
    "read_back",
    "resolve_settings",
    "written",
]
