"""Driving `tests.e2e.killer`: dockmon in processes that die, or stand still, at a line of the journal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.driver import Dockmon
from tests.e2e.killer import HALTED, Job, Verb, to_text
from tests.lab.processes import plain_environment

HOST = "nas"
PATIENCE_S = 280


def job(dockmon: Dockmon, verb: Verb, name: str, **more: Any) -> Job:
    """A job on one container of the host `nas`, with the state and the configuration of DOCKMON."""
    return Job(verb, HOST, name, str(dockmon.state), str(dockmon.config), **more)


def run_jobs(dockmon: Dockmon, jobs: Sequence[Job]) -> tuple[list[int], str]:
    """Run jobs in processes of their own; return how each ended, and what all of them said."""
    with _killer(dockmon, jobs) as process:
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    ends: list[int] = json.loads(out)
    return ends, err


@contextmanager
def halted(dockmon: Dockmon, where: Mapping[str, str]) -> Iterator[None]:
    """Stand still, for as long as the block lasts, in the update of each of these after a line of its journal."""
    with _killer(dockmon, [job(dockmon, "apply", name, at=at, halts=True) for name, at in where.items()]) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == HALTED, process.communicate()
        yield
        out, err = process.communicate("go on\n", timeout=PATIENCE_S)
    assert json.loads(out) == [0] * len(where), err


@contextmanager
def _killer(dockmon: Dockmon, jobs: Sequence[Job]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.killer"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=plain_environment(HOME=str(dockmon.home)), cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(to_text(jobs))
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()
