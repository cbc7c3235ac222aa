"""A compose project on one engine of the lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lab import Engine, Lab

VARIABLES: Any = {"SERVED": "on", "TOKEN": "sesame"}
"""What the environment holds for configs and secrets whenever compose is typed."""


class Shop:
    """The project `shop`, in a folder of that name."""

    def __init__(self, lab: Lab, engine: Engine, folder: Path):
        self.engine = engine
        self._lab, self._folder = lab, folder / "shop"
        self._folder.mkdir()

    def declare(self, text: str) -> None:
        """Write the project's file anew."""
        (self._folder / "compose.yaml").write_text(text)

    def up(self, *services: str, check: bool = True) -> None:
        """Type `docker compose up -d`; without CHECK it may fail."""
        self._lab.compose(self.engine, self._folder, "up", "-d", *services, check=check, **VARIABLES)

    def ids(self) -> set[str]:
        """The IDs of all containers that are on the engine."""
        return set(self.engine.docker("ps", "-a", "-q", "--no-trunc").split())

    def states(self) -> dict[str, str]:
        """What each container on the engine does, by its name."""
        lines = self.engine.docker("ps", "-a", "--format", "{{.Names}} {{.State}}").splitlines()
        return dict(line.split() for line in lines)

    def assert_up_changes_nothing(self) -> None:
        """Compose finds all as it wants it."""
        before = self.ids()
        self.up()
        assert self.ids() == before, self.engine.docker("ps", "-a")
