"""Run dockmon as a user would, show it, and keep count of what was as it should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TextIO


class Show:
    """Prints commands with their output, and a summary at the end."""

    def __init__(self, out: TextIO):
        self._out = out
        self._environment: dict[str, str] = {}
        self._checks: list[tuple[str, bool]] = []

    def begin(self, folder: Path) -> None:
        """Keep everything that dockmon writes in this folder, apart from a user's own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKMON_", "DOCKER_"))}
        quick = folder / "dockmon.toml"
        quick.write_text('update.verify.stable_for = "3s"\n')
        self._environment = {**own, "DOCKMON_STATE": str(folder / "state"), "DOCKMON_CONFIG": str(quick)}

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, file=self._out, flush=True)

    def title(self, text: str) -> None:
        """Print a heading."""
        self.say(f"\n── {text}")

    def run(self, *words: str, exit_code: int = 0) -> None:
        """Show a command and what it prints; its exit code counts."""
        self.say(f"$ dockmon {' '.join(words)}")
        done = self._dockmon(*words, capture=False)
        if done.returncode != exit_code:
            self.expect(f"`dockmon {' '.join(words)}` exits with {exit_code}, not {done.returncode}", False)

    def document(self, *words: str) -> list[dict[str, Any]]:
        """Ask the same again for scripts, and return the items with their targets."""
        answer = json.loads(self._dockmon(*words, "-q", "-o", "json", capture=True).stdout)
        return [{**item, "target": f"{item['host']}/{item['name']}"} for item in answer["items"]]

    def expect(self, what: str, holds: bool) -> None:
        """Note whether what was shown is what should have been."""
        self._checks.append((what, holds))

    def end(self) -> int:
        """Print the summary and return the exit code."""
        self.title("What you have seen")
        for what, holds in self._checks:
            self.say(f"  {'yes' if holds else 'NO '}  {what}")
        good = bool(self._checks) and all(holds for _, holds in self._checks)
        self.say("\nThe engines are gone again. Your own: pipx install dockmon-cli, then `dockmon ps`." if good else "")
        return 0 if good else 1

    def _dockmon(self, *words: str, capture: bool) -> subprocess.CompletedProcess[str]:
        """Run the program; unless its output is wanted, all it says is shown in the order it says it."""
        self._out.flush()
        stdout, stderr = (subprocess.PIPE, None) if capture else (self._out, subprocess.STDOUT)
        argv = [sys.executable, "-m", "dockmon_cli", *words]
        return subprocess.run(
            argv, env=self._environment, stdout=stdout, stderr=stderr, text=True, check=False, timeout=300
        )
