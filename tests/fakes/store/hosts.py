"""The list of hosts in memory, and what hangs off each."""

from __future__ import annotations

from collections.abc import Sequence

from dockmon_cli.core.container_settings import after_rename, without_host
from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.hosts import Host
from tests.fakes.records import HangsOff, MemoryHolds
from tests.fakes.store.checks import MemoryChecks
from tests.fakes.store.journal import MemoryJournal
from tests.fakes.store.settings import MemoryRules, MemoryTags


class MemoryHosts:
    """Implements `ports.store.HostStore`; the other stores are what hangs off its hosts."""

    def __init__(
        self,
        checks: MemoryChecks,
        journal: MemoryJournal,
        rules: MemoryRules | None = None,
        tags: MemoryTags | None = None,
        records: Sequence[HangsOff] = (),
    ) -> None:
        self.rows: dict[str, Host] = {}
        self._checks = checks
        self._journal = journal
        self._rules = rules or MemoryRules()
        self._tags = tags or MemoryTags()
        self._records = records
        self._holds = next((store for store in records if isinstance(store, MemoryHolds)), MemoryHolds())

    def hosts(self) -> list[Host]:
        return sorted(self.rows.values(), key=lambda host: host.name)

    def add_host(self, host: Host) -> None:
        self._refuse_taken_name(host)
        if host.host_id in self.rows:
            raise UsageError(f"this host is stored already, as {self.rows[host.host_id].name}")
        self.rows[host.host_id] = host

    def change_host(self, host: Host) -> None:
        if host.host_id not in self.rows:
            raise NotFound(f"no host is stored with the host_id {host.host_id}")
        self._refuse_taken_name(host)
        old, self.rows[host.host_id] = self.rows[host.host_id].name, host
        for store in (self._rules, self._holds):
            store.change_selectors(lambda selector: after_rename(selector, old, host.name))

    def remove_host(self, host_id: str) -> None:
        host = self.rows.pop(host_id, None)
        for standing in (self._rules, self._holds) if host else ():
            standing.change_selectors(lambda selector: without_host(selector, host.name if host else ""))
        for table in (self._checks.last, self._checks.good, self._checks.exits, self._checks.images):
            for key in [key for key in table if key[0] == host_id]:
                del table[key]
        for row in [row for row in self._journal.rows.values() if row.host_id == host_id]:
            del self._journal.rows[row.op]
        self._rules.forget_rules([rule for rule in self._rules.rules() if rule.exact and rule.exact[0] == host_id])
        self._tags.forget_tags([tag for tag in self._tags.tags() if tag.host_id == host_id])
        for store in self._records:
            store.forget_host(host_id)

    def settings_of(self, host_id: str) -> dict[str, int]:
        images = [
            digests for key, by_name in self._checks.images.items() if key[0] == host_id for digests in by_name.values()
        ]
        counts = {
            "containers": sum(key[0] == host_id for key in self._checks.exits),
            "update answers": sum(key[0] == host_id for key in self._checks.last),
            "images": sum(map(len, images)),
            "operations": sum(row.host_id == host_id for row in self._journal.rows.values()),
            "settings": sum(rule.exact is not None and rule.exact[0] == host_id for rule in self._rules.rules()),
            "tags": sum(tag.host_id == host_id for tag in self._tags.tags()),
            "standing rules": self._standing(host_id),
            **{store.words: store.count(host_id) for store in self._records},
        }
        return {word: count for word, count in counts.items() if count}

    def _standing(self, host_id: str) -> int:
        name = self.rows[host_id].name if host_id in self.rows else ""
        selectors = [rule.selector for rule in self._rules.rules() if rule.exact is None]
        selectors += [hold.selector for hold in self._holds.holds() if hold.exact is None]
        return sum(without_host(selector, name) is None for selector in selectors)

    def _refuse_taken_name(self, host: Host) -> None:
        if any(other.name == host.name and other.host_id != host.host_id for other in self.rows.values()):
            raise UsageError(f"a host named {host.name} exists already")
