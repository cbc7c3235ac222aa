"""Values that use every field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from dockmon_cli.core.check_answer import Available, CheckAnswer, Current
from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.core.operation import ImageVersion, Operation, StepRecord
from dockmon_cli.ports.kept import KeptStore
from dockmon_cli.ports.records import HoldStore, RecordStore, RefusalStore
from dockmon_cli.ports.registry import ManifestCache
from dockmon_cli.ports.store import CheckStore, HostStore, Journal, PatternStore, RuleStore, TagStore

NOW = datetime(2026, 11, 2, 3, 4, 5, 678000, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64

NAS = Host("11111111-aaaa", "nas", "tcp://10.0.0.5:2376", TlsFiles("/tls/ca.pem", "/tls/cert.pem", "/tls/key.pem"))
EDGE = Host("22222222-bbbb", "edge", "ssh://root@edge:2222/run/docker.sock", None, "/keys/edge", "SHA256:abcd")

OUTDATED = CheckAnswer(
    state="update_available",
    reason="digest",
    message="a newer one is there",
    current=Current(DIGEST, "1.0.0"),
    available=Available("docker.io/library/web:1", "sha256:" + "b" * 64, "1.0.1", NOW - timedelta(days=4)),
    kind="patch",
    checked_at=NOW,
)
UP_TO_DATE = CheckAnswer(state="up_to_date", current=Current(DIGEST), checked_at=NOW)
UNKNOWN = CheckAnswer(state="unknown", reason="auth", message="401", checked_at=NOW + timedelta(hours=1))


def operation(op: str = "op1", *, minutes: int = 0, **changes: Any) -> Operation:
    """An operation opened `minutes` after NOW."""
    values: dict[str, Any] = {
        "op": op,
        "host_id": NAS.host_id,
        "host": NAS.name,
        "identity": "media/web/1",
        "name": "web",
        "key": f"{NAS.host_id}:0123456789ab",
        "by": "ops@console",
        "opened_at": NOW + timedelta(minutes=minutes),
        "phase": "forward",
        "old": ImageVersion(DIGEST, "1.0.0"),
        "new": ImageVersion("sha256:" + "b" * 64, "1.0.1"),
        "plan": {"spec": {"Env": ["TZ=Europe/Berlin", "NAME=Ä \U0001f433"], "HostConfig": {"NanoCpus": 2**53 + 1}}},
        "facts": {"new_id": "f" * 64},
        "steps": (StepRecord("pull", NOW, "done", 1.25, "12 layers"), StepRecord("stop", NOW)),
    }
    return Operation(**{**values, **changes})


class Ports(Protocol):
    """What a store offers, real or fake."""

    @property
    def hosts(self) -> HostStore: ...

    @property
    def checks(self) -> CheckStore: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def kept(self) -> KeptStore: ...

    @property
    def rules(self) -> RuleStore: ...

    @property
    def patterns(self) -> PatternStore: ...

    @property
    def tags(self) -> TagStore: ...

    @property
    def holds(self) -> HoldStore: ...

    @property
    def refusals(self) -> RefusalStore: ...

    @property
    def records(self) -> RecordStore: ...

    @property
    def manifests(self) -> ManifestCache: ...


Opened = Callable[[], Ports]
"""Gives the store under test; each call may open the file anew."""
