"""Containers in every state there is."""

from __future__ import annotations

from tests.e2e.looking import inspect, serves, status
from tests.lab import Engine
from tests.lab.processes import wait_until
from tests.lab.recipes import Recipe

PATIENCE_S = 30
PAUSE_S = 0.1


def in_states(seed: str, broken: str) -> Recipe:
    """An image that serves, or does what BROKEN says."""
    return serves(seed, files={"/bin/broken": broken})


def run_in_states(engine: Engine, image: str) -> None:
    """One container in each state: `loops` is started again for ever, `gone` is not kept when it ends."""
    for name in ("stopped", "paused"):
        engine.docker("run", "-d", "--name", name, "--restart", "unless-stopped", image)
    engine.docker("run", "-d", "--name", "job", image, "true")
    engine.docker("create", "--name", "never", image)
    engine.docker("run", "-d", "--name", "loops", "--restart", "always", "-l", "keep=me", image, "broken")
    engine.docker("run", "-d", "--rm", "--name", "gone", "-v", "/x", "-e", "MINE=1", image)
    engine.docker("exec", "gone", "touch", "/x/mine")
    engine.docker("stop", "stopped")
    engine.docker("pause", "paused")
    wait_for_the_end(engine, "job")
    wait_for_restarts(engine, "loops", 2)


def wait_for_the_end(engine: Engine, name: str) -> None:
    """Wait until this container has ended."""
    assert wait_until(lambda: status(engine, name) == "exited", PATIENCE_S, PAUSE_S)


def wait_for_restarts(engine: Engine, name: str, number: int) -> None:
    """Wait until this container was started again so many times."""
    assert wait_until(lambda: inspect(engine, name)["RestartCount"] >= number, PATIENCE_S, PAUSE_S)
