"""One engine, one registry, and dockmon's own folders, for the length of a bench."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.lab import Lab


class World:
    """What the measurements work on."""

    def __init__(self, lab: Lab, folder: Path):
        self.lab = lab
        self.engine = lab.engine("nas")
        self.registry = lab.registry()
        self._folder = folder

    def dockmon(self, *words: str) -> list[str]:
        """Return the argument list of a command, as its script is installed."""
        return [str(Path(sys.executable).with_name("dockmon")), *words]

    def environment(self, hosts: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which exactly these hosts (name to URL) are configured; the store is its own."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        lines = [f'hosts.{name}.url = "{url}"' for name, url in hosts.items()]
        (folder / "dockmon.toml").write_text("\n".join([*lines, 'update.verify.stable_for = "1s"', ""]))
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKMON_", "DOCKER_"))}
        # Users have compiled modules; a machine that forbids writing them would measure the compiler.
        own.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**own, "DOCKMON_CONFIG": str(folder / "dockmon.toml"), "DOCKMON_STATE": str(folder / "state")}

    def image(self, repository: str, seed: str = "a", files: Mapping[str, str] | None = None) -> str:
        """Push an image with these files and return its reference."""
        return self.registry.push(repository, "1", seed=seed, files=files or {}).ref
