"""The store as services get it: one file, a port for each sort of thing."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from dockmon_cli.adapters.store.checks import SqlChecks
from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.hosts import SqlHosts
from dockmon_cli.adapters.store.journal import SqlJournal
from dockmon_cli.adapters.store.kept import SqlKept
from dockmon_cli.adapters.store.manifests import SqlManifests
from dockmon_cli.adapters.store.records import SqlHolds, SqlRecords, SqlRefusals
from dockmon_cli.adapters.store.settings import SqlPatterns, SqlRules, SqlTags


class Store:
    """The store at `path`. Nothing is touched before the first call, nothing is made before the first write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path)
        self.hosts = SqlHosts(self._database)
        self.checks = SqlChecks(self._database)
        self.journal = SqlJournal(self._database)
        self.kept = SqlKept(self._database)
        self.rules = SqlRules(self._database)
        self.patterns = SqlPatterns(self._database)
        self.tags = SqlTags(self._database)
        self.holds = SqlHolds(self._database)
        self.refusals = SqlRefusals(self._database)
        self.records = SqlRecords(self._database)
        self.manifests = SqlManifests(self._database)

    def close(self) -> None:
        """Close every connection; a later call opens them again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
