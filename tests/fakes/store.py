"""The store's ports in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from dockmon_cli.core.check_answer import CheckAnswer
from dockmon_cli.core.container_settings import Rule, after_rename, read_back, without_host, written
from dockmon_cli.core.documents import decode, encode
from dockmon_cli.core.errors import Ambiguous, NotFound, StoreError, UsageError
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.operation import Operation
from dockmon_cli.core.past import Known, known_in
from dockmon_cli.core.policy import Pattern
from dockmon_cli.core.selection import Selector
from dockmon_cli.core.tags import GivenTag
from tests.fakes.kept import MemoryKept
from tests.fakes.records import HangsOff, MemoryHolds, MemoryRecords, MemoryRefusals

Key = tuple[str, str]
T = TypeVar("T")


def _is_about(row: Operation, keys: Sequence[Key]) -> bool:
    return any((known.host_id, known.identity) in keys for known in known_in(row))


def _as_stored(value: T) -> T:
    """Through JSON and back, as a real store does it: what JSON can't hold is lost or refused here too."""
    return decode(type(value), json.loads(json.dumps(encode(value))))


class MemoryJournal:
    """Implements `ports.store.Journal`.

    `written` holds every state that was ever saved, in order. With `full` set, writing fails as on a full disk.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Operation] = {}
        self.written: list[Operation] = []
        self.full = False

    def open_operation(self, operation: Operation) -> None:
        if operation.op in self.rows:
            raise StoreError(f"the operation {operation.op} is stored already")
        self.save_operation(operation)

    def save_operation(self, operation: Operation) -> None:
        if self.full:
            raise StoreError("the store can't be written: the disk is full", "free some space")
        self.rows[operation.op] = _as_stored(operation)
        self.written.append(self.rows[operation.op])

    def operation(self, op: str) -> Operation | None:
        if not op or op in self.rows:
            return self.rows.get(op)
        found = [row for row in self.rows.values() if row.op.startswith(op)]
        if len(found) > 1:
            raise Ambiguous(f"several operations begin with {op}")
        return found[0] if found else None

    def unfinished(self) -> list[Operation]:
        return [row for row in self._by_age() if row.phase != "closed"]

    def history(
        self, *, limit: int, keys: Sequence[Key] | None = None, host_ids: Sequence[str] | None = None
    ) -> list[Operation]:
        rows = [row for row in reversed(self._by_age()) if keys is None or _is_about(row, keys)]
        return [row for row in rows if host_ids is None or row.host_id in host_ids][: max(limit, 0)]

    def called(self, names: Sequence[str]) -> list[Known]:
        known = [each for row in self._by_age() for each in known_in(row)]
        named = [each for each in known if each.name in names or each.identity in names]
        return list({(each.host_id, each.identity): each for each in named}.values())

    def _by_age(self) -> list[Operation]:
        return sorted(self.rows.values(), key=lambda row: (row.opened_at, row.op))


class MemoryChecks:
    """Implements `ports.store.CheckStore`."""

    def __init__(self) -> None:
        self.last: dict[Key, CheckAnswer] = {}
        self.good: dict[Key, CheckAnswer] = {}
        self.seen: dict[Key, datetime] = {}
        self.images: defaultdict[Key, dict[str, set[str]]] = defaultdict(dict)
        self.exits: defaultdict[Key, list[int]] = defaultdict(list)

    def save_answer(self, host_id: str, identity: str, answer: CheckAnswer) -> None:
        self.last[host_id, identity] = _as_stored(answer)
        if answer.state != "unknown":
            self.good[host_id, identity] = self.last[host_id, identity]

    def save_answers(self, answers: Mapping[Key, CheckAnswer]) -> None:
        for (host_id, identity), answer in answers.items():
            self.save_answer(host_id, identity, answer)

    def answers(self) -> Mapping[Key, CheckAnswer]:
        return dict(self.good)

    def last_answers(self) -> Mapping[Key, CheckAnswer]:
        return dict(self.last)

    def first_seen(self, repository: str, digest: str, now: datetime) -> datetime:
        return self.seen.setdefault((repository, digest), now)

    def remember_image(self, host_id: str, image_id: str, repository: str, digest: str) -> None:
        self.images[host_id, image_id].setdefault(repository, set()).add(digest)

    def remembered_digests(self, host_id: str, image_id: str) -> dict[str, set[str]]:
        return {repository: set(digests) for repository, digests in self.images.get((host_id, image_id), {}).items()}

    def remembered_images(self, host_id: str) -> dict[str, dict[str, set[str]]]:
        return {image: self.remembered_digests(host_id, image) for host, image in self.images if host == host_id}

    def note_exit(self, host_id: str, identity: str, container_id: str, exit_code: int) -> None:
        self.exits[host_id, identity].append(exit_code)

    def ended_well(self, host_id: str, identity: str) -> bool:
        return 0 in self.exits.get((host_id, identity), [])


class MemoryRules:
    """Implements `ports.store.RuleStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Key | None, str, str], Rule] = {}

    def rules(self) -> list[Rule]:
        return sorted(self.rows.values(), key=lambda rule: (rule.at, rule.setting))

    def save_rules(self, rules: Sequence[Rule]) -> None:
        self.rows.update({self._place(rule): replace(rule, selector=self._kept(rule)) for rule in rules})

    def forget_rules(self, rules: Sequence[Rule]) -> None:
        for rule in rules:
            self.rows.pop(self._place(rule), None)

    def change_selectors(self, change: Callable[[Selector], Selector | None]) -> None:
        """Replace the selections of standing rules; what has none left is forgotten."""
        rows = [(rule, rule.selector if rule.exact else change(rule.selector)) for rule in self.rules()]
        self.rows.clear()
        rows.sort(key=lambda row: row[0].selector != row[1])  # what is changed takes the place of what was there
        self.save_rules([replace(rule, selector=left) for rule, left in rows if left is not None])

    @staticmethod
    def _kept(rule: Rule) -> Selector:
        return Selector() if rule.exact else read_back(written(rule.selector))

    def _place(self, rule: Rule) -> tuple[Key | None, str, str]:
        return (rule.exact, written(self._kept(rule)), rule.setting)


class MemoryPatterns:
    """Implements `ports.store.PatternStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, bool], Pattern] = {}

    def patterns(self) -> list[Pattern]:
        return [self.rows[place] for place in sorted(self.rows)]

    def save_pattern(self, pattern: Pattern) -> None:
        self.rows[pattern.glob, pattern.own] = pattern

    def forget_pattern(self, glob: str) -> None:
        self.rows.pop((glob, True), None)


class MemoryTags:
    """Implements `ports.store.TagStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], GivenTag] = {}

    def tags(self) -> list[GivenTag]:
        return [self.rows[place] for place in sorted(self.rows)]

    def save_tags(self, tags: Sequence[GivenTag]) -> None:
        for tag in tags:
            self.rows.setdefault((tag.tag, tag.host_id, tag.identity), tag)

    def forget_tags(self, tags: Sequence[GivenTag]) -> None:
        for tag in tags:
            self.rows.pop((tag.tag, tag.host_id, tag.identity), None)


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


class MemoryManifests:
    """Implements `ports.registry.ManifestCache`."""

    def __init__(self) -> None:
        self.manifests: dict[Key, tuple[str, bytes]] = {}
        self.cooldowns: dict[str, float] = {}

    def get_manifest(self, repository: str, digest: str) -> tuple[str, bytes] | None:
        return self.manifests.get((repository, digest))

    def put_manifest(self, repository: str, digest: str, media_type: str, body: bytes) -> None:
        self.manifests[repository, digest] = (media_type, body)

    def get_cooldown(self, registry: str) -> float | None:
        return self.cooldowns.get(registry)

    def set_cooldown(self, registry: str, until: float) -> None:
        self.cooldowns[registry] = until


@dataclass
class MemoryStore:
    """The shape of `adapters.store.store.Store`."""

    checks: MemoryChecks = field(default_factory=MemoryChecks)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    manifests: MemoryManifests = field(default_factory=MemoryManifests)
    kept: MemoryKept = field(default_factory=MemoryKept)
    rules: MemoryRules = field(default_factory=MemoryRules)
    patterns: MemoryPatterns = field(default_factory=MemoryPatterns)
    tags: MemoryTags = field(default_factory=MemoryTags)
    holds: MemoryHolds = field(default_factory=MemoryHolds)
    refusals: MemoryRefusals = field(default_factory=MemoryRefusals)
    records: MemoryRecords = field(default_factory=MemoryRecords)
    hosts: MemoryHosts = field(init=False)

    def __post_init__(self) -> None:
        hanging = (self.kept, self.holds, self.refusals, self.records)
        self.hosts = MemoryHosts(self.checks, self.journal, self.rules, self.tags, hanging)
