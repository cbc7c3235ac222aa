"""Runs `dockmon` with an environment of its own: within the tests' process, or in one of its own as its users do."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.here import run_here


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed and left with."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it is."""
        return json.loads(self.out)


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Return an environment in which nothing of the machine's configuration or state is found."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "TERM": "xterm"}
    return {**bare, "XDG_CONFIG_HOME": str(home / "config"), "LANG": "C.UTF-8", **extra}


def dockmon(*words: str, env: Mapping[str, str]) -> Outcome:
    """Run `dockmon WORDS` here, which saves a second each time, with nobody at a terminal; return what came of it."""
    done = run_here(words, env)
    return Outcome(done.code, done.out, done.err)


def process(*words: str, env: Mapping[str, str], code: str | None = None) -> Outcome:
    """Run `dockmon WORDS`, or a piece of Python instead, in a process of its own; return what came of it."""
    start = [sys.executable, "-c", code] if code else [sys.executable, "-m", "dockmon_cli"]
    done = subprocess.run([*start, *words], capture_output=True, env=dict(env), check=False, timeout=60)
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def at_terminal(*command: str, env: Mapping[str, str], typed: str = "", columns: int = 80) -> Outcome:
    """Run a command with a terminal for input and output alike, type something, and return what the terminal showed."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        list(command), stdin=slave, stdout=slave, stderr=slave, env={**env, "COLUMNS": str(columns)}, close_fds=True
    )
    os.close(slave)
    os.write(master, typed.encode())
    shown = bytearray()
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:
        pass  # Linux answers EIO when the other end of a terminal is gone
    os.close(master)
    return Outcome(process.wait(timeout=60), shown.decode(), "")
