"""The store's ports in memory."""

from tests.fakes.store.checks import MemoryChecks
from tests.fakes.store.hosts import MemoryHosts
from tests.fakes.store.journal import MemoryJournal
from tests.fakes.store.settings import MemoryPatterns, MemoryRules, MemoryTags
from tests.fakes.store.store import MemoryStore

__all__ = [
    "MemoryChecks",
    "MemoryHosts",
    "MemoryJournal",
    "MemoryPatterns",
    "MemoryRules",
    "MemoryStore",
    "MemoryTags",
]
