"""How much room images take on an engine's disk, and what their going made of it."""

from __future__ import annotations

from dataclasses import dataclass

from dockmon_cli.core.errors import EngineError, HostError
from dockmon_cli.ports.engine import Engine


@dataclass(frozen=True, slots=True)
class Freed:
    """How many images went, and by how many bytes the engine's own count went down; None where it did not tell."""

    images: int = 0
    bytes: int | None = None


NOTHING_FREED = Freed()


class Meter:
    """What the engine counts for all its layers; images share them, so sizes of images tell nothing."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._before: int | None = None
        self._is_broken = False

    @property
    def has_begun(self) -> bool:
        """True if it has looked, so that the next look tells a difference."""
        return self._before is not None

    async def went_down_by(self) -> int | None:
        """By how much it went down since the last look; None at first, and once the engine could not tell."""
        if self._is_broken:
            return None
        try:
            now = await self._engine.image_bytes()
        except (HostError, EngineError):
            now = None
        self._is_broken = now is None
        if now is None:
            return None
        before, self._before = self._before, now
        return None if before is None else max(0, before - now)
