"""dockmon within a container of the engine that it watches: this machine's Python and this checkout, mounted there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.e2e.driver import Run
from tests.lab import Engine

ROOT = Path(__file__).parents[2]
SOCKET = "/var/run/docker.sock"


def run_inside(engine: Engine, name: str, image: str) -> None:
    """Run a container in which dockmon can be started; it reaches the engine and what the engine reaches."""
    mounts = {
        SOCKET: engine.unix_url.removeprefix("unix://"),
        "/usr": "/usr",
        **{path: str(Path(path).resolve()) for path in ("/lib", "/lib64")},
        sys.base_prefix: sys.base_prefix,
        sys.prefix: sys.prefix,
        str(ROOT): str(ROOT),
    }
    binds = [word for place, source in mounts.items() for word in ("-v", f"{source}:{place}:ro")]
    engine.docker("run", "-d", "--name", name, "--network", "host", *binds, "-w", str(ROOT), image)


def dockmon_inside(engine: Engine, name: str, *argv: str) -> Run:
    """Run `dockmon ARGV` in that container for its JSON document."""
    # Nobody reads the exit code through `docker exec` here: the shell writes it last.
    command = f"{sys.executable} -m dockmon_cli {' '.join(argv)} -o json --state /tmp/state 2>/tmp/said; echo $?"
    told = engine.docker(
        "exec", "-e", "HOME=/tmp", "-e", "DOCKMON_UPDATE_VERIFY_STABLE_FOR=1s", name, "sh", "-c", command
    )
    out, _, code = told.rstrip("\n").rpartition("\n")
    assert json.loads(out)["schema"], told
    return Run(argv, int(code), out, engine.docker("exec", name, "cat", "/tmp/said"))
