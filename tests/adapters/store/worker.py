"""What other processes do to a store in these tests: `python -m tests.adapters.store.worker PATH VERB NAME [COUNT]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dockmon_cli.adapters.store.database import Database
from dockmon_cli.adapters.store.rows import host_row
from dockmon_cli.adapters.store.store import Store
from tests.adapters.store.samples import NAS, NOW, OUTDATED, operation

ROOT = Path(__file__).parents[3]


def start(path: Path, verb: str, name: str = "", count: int = 0) -> subprocess.Popen[str]:
    """Start a worker; its stdin and stdout are pipes of text lines."""
    command = [sys.executable, "-W", "error", "-m", "tests.adapters.store.worker", str(path), verb, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(worker: subprocess.Popen[str]) -> str:
    """Wait for a worker that ends by itself, close its pipes, return what it said."""
    said, _ = worker.communicate(timeout=120)
    assert worker.returncode == 0, said
    return said


def kill(worker: subprocess.Popen[str]) -> str:
    """Kill a worker with SIGKILL; return what it had said by then."""
    worker.kill()
    said, _ = worker.communicate(timeout=120)
    return said


def write(path: Path, name: str, count: int) -> None:
    """Open operations and say the name of each once it is stored; for ever if `count` is 0."""
    with Store(path) as store:
        number = 0
        while number < count or not count:
            op = f"{name}-{number:05}"
            store.journal.open_operation(operation(op, plan={"spec": "x" * 5000}))
            say(op)
            store.checks.save_answer(NAS.host_id, op, OUTDATED)
            store.checks.first_seen("web", f"{name}-{number // 7}", NOW)
            number += 1


def hold(path: Path, name: str, count: int) -> None:
    """Keep a write transaction open, with a host in it, until told to go on."""
    database = Database(path)
    with database.writing() as session:
        session.add(host_row(NAS))
        session.flush()
        say("writing")
        sys.stdin.readline()
    database.close()


def say(text: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"write": write, "hold": hold}[sys.argv[2]](Path(sys.argv[1]), sys.argv[3], int(sys.argv[4]))
