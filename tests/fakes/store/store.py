"""All stores in memory together."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.kept import MemoryKept
from tests.fakes.records import MemoryHolds, MemoryRecords, MemoryRefusals
from tests.fakes.registry import MemoryManifestCache
from tests.fakes.store.checks import MemoryChecks
from tests.fakes.store.hosts import MemoryHosts
from tests.fakes.store.journal import MemoryJournal
from tests.fakes.store.settings import MemoryPatterns, MemoryRules, MemoryTags


@dataclass
class MemoryStore:
    """The shape of `adapters.store.store.Store`."""

    checks: MemoryChecks = field(default_factory=MemoryChecks)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    manifests: MemoryManifestCache = field(default_factory=MemoryManifestCache)
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
