"""An engine in memory on which what containers share dies with the one that has it, as on a real one."""

from __future__ import annotations

from datetime import timedelta

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import EngineError
from tests.services.swapping import Engine

SHARES = "container:"


class SharingEngine(Engine):
    """The fake, on which a container starts only while the one that it is bound to runs, and joins that very run."""

    async def start(self, container: str) -> None:
        found = self._find_or_none(container)
        if found and not found["State"]["Running"] and not self.can_start(found):
            raise EngineError("cannot join network of a non running container")
        await super().start(container)

    def can_start(self, document: Document) -> bool:
        """True if what it is bound to runs."""
        target = self.target(document)
        return target is None or bool(self.documents.get(target, {}).get("State", {}).get("Running"))

    def target(self, document: Document) -> str | None:
        """The ID that it is bound to."""
        mode = str(document["HostConfig"]["NetworkMode"])
        return mode.removeprefix(SHARES) if mode.startswith(SHARES) else None

    def works(self, document: Document) -> bool:
        """True if it runs and what it shares is alive."""
        target = self.target(document)
        if target is None or not document["State"]["Running"]:
            return bool(document["State"]["Running"])
        there = self.documents.get(target)
        return bool(there and there["State"]["Running"] and document["Joined"] == there["State"]["StartedAt"])

    def _run(self, document: Document) -> None:
        self.now += timedelta(seconds=1)
        super()._run(document)
        target = self.documents.get(self.target(document) or "")
        document["Joined"] = target["State"]["StartedAt"] if target else None
