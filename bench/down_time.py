"""How long a container is away during its update, by the engine's own events."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping

from bench.measure import Ratio
from bench.world import World

ROUNDS = 5
PROMISED = 1.15


def down_time(world: World) -> Ratio:
    """The time from `kill` to `start` of an update, against the engine's own stop and start of the same container."""
    world.engine.clean()
    reference = world.image("away", "0")
    world.engine.docker("run", "-d", "--name", "away", "-p", "8099:8080", "-v", "/data", reference)
    env = world.environment({"nas": world.engine.unix_url})
    updates, restarts = [], []
    for number in range(1, ROUNDS + 1):
        restarts.append(_gap(world, lambda: _stop_and_start(world)))
        world.image("away", str(number))
        updates.append(_gap(world, lambda: _update(world, env)))
    medians = statistics.median(updates), statistics.median(restarts)
    return Ratio("down time of an update", medians[0], "the engine's own stop and start", medians[1], PROMISED)


def _update(world: World, env: Mapping[str, str]) -> None:
    apply = world.dockmon("update", "apply", "away", "--yes")
    subprocess.run(apply, env=dict(env), check=True, capture_output=True)


def _stop_and_start(world: World) -> None:
    world.engine.docker("stop", "away")
    world.engine.docker("start", "away")


def _gap(world: World, work: Callable[[], None]) -> float:
    """Do the work and return the seconds between the `kill` that begins the stop and the next `start`."""
    since = time.time()
    work()
    events = [event for event in world.engine.events_since(since) if event["Type"] == "container"]
    stopped = next(event["timeNano"] for event in events if event["Action"] == "kill")
    started = next(event["timeNano"] for event in events if event["Action"] == "start" and event["timeNano"] > stopped)
    return float(started - stopped) / 1e9
