"""The tables. These classes validate nothing: rows are built from core types by the adapters beside.

A change here needs a migration beside it; a test compares the two.
"""

from dockmon_cli.adapters.store.tables.base import Row
from dockmon_cli.adapters.store.tables.events import EventRow
from dockmon_cli.adapters.store.tables.images import (
    CooldownRow,
    DigestSeenRow,
    ImageDigestRow,
    KeptImageRow,
    ManifestRow,
)
from dockmon_cli.adapters.store.tables.known import (
    ContainerRow,
    ContainerUpdateRow,
    HostRow,
    OperationMemberRow,
    OperationRow,
)
from dockmon_cli.adapters.store.tables.settings import DecisionRow, HoldRow, PatternRow, RefusalRow, RuleRow, TagRow

__all__ = [
    "ContainerRow",
    "ContainerUpdateRow",
    "CooldownRow",
    "DecisionRow",
    "DigestSeenRow",
    "EventRow",
    "HoldRow",
    "HostRow",
    "ImageDigestRow",
    "KeptImageRow",
    "ManifestRow",
    "OperationMemberRow",
    "OperationRow",
    "PatternRow",
    "RefusalRow",
    "Row",
    "RuleRow",
    "TagRow",
]
