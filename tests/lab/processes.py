"""Running programs and knowing processes for sure.

A process is known by its id **and** its start time: ids are used again, so an id alone, read from a file of a lab
that died long ago, may name an innocent process.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.errors import CommandError

# root's PATH after a plain `su` lacks the sbin folders, where ip and iptables live.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


RUN_SECONDS = 120


@dataclass(frozen=True)
class ProcessId:
    """One process, past any reuse of its id."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Tell whether this very process still runs (a zombie does not)."""
        found = _stat(self.pid)
        return found is not None and found[1] == self.started and found[0] != "Z"

    def gone(self) -> bool:
        """Tell whether this very process has ended."""
        return not self.alive()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process is gone."""
        if self.alive():
            os.kill(self.pid, number)


def identify(pid: int) -> ProcessId | None:
    """Return the full identity of the process that has PID now, or None."""
    found = _stat(pid)
    return None if found is None else ProcessId(pid, found[1])


def children(pid: int) -> list[ProcessId]:
    """Return the direct children of PID (of its main thread, which is the one that forks in our tools)."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [found for child in text.split() if (found := identify(int(child)))]


def run(
    argv: Sequence[str],
    *,
    check: bool = True,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its output. Raise CommandError if it hangs, and with CHECK if it fails."""
    env = env or environment()
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, check=False, env=env, cwd=cwd, timeout=RUN_SECONDS
        )
    except subprocess.TimeoutExpired as late:
        raise CommandError(argv, "no end", f"killed after {late.timeout:g} s") from None
    if check and done.returncode != 0:
        raise CommandError(argv, done.returncode, done.stdout + done.stderr)
    return done


def environment(*first: Path, **more: str) -> dict[str, str]:
    """Return this process's environment with the folders FIRST, and the sbin folders, on PATH."""
    path = [*map(str, first), os.environ.get("PATH", ""), SYSTEM_PATH]
    return {**os.environ, "PATH": ":".join(filter(None, path)), **more}


def plain_environment(*first: Path, **more: str) -> dict[str, str]:
    """Return a bare environment with FIRST on PATH: nothing of a user's proxies or DOCKER_* reaches the lab."""
    return {"PATH": ":".join([*map(str, first), SYSTEM_PATH]), "HOME": "/root", "LANG": "C.UTF-8", **more}


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Ask CONDITION again and again; return whether it came true within SECONDS."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _stat(pid: int) -> tuple[str, int] | None:
    """Return state and start time of PID. The name before them may hold spaces and brackets."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[19])
