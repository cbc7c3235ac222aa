"""What a client misses while a container is updated start-first."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from bench.world import World
from tests.lab.asker import FILES, Asked, Asker

ROUNDS = 5


@dataclass(frozen=True)
class Missed:
    """What one client counted over several updates; with one more try it may miss nothing."""

    asked: Asked
    updates: int

    @property
    def holds(self) -> bool:
        """True if the promise is kept."""
        return self.asked.lost == 0 and self.asked.first > 0

    def __str__(self) -> str:
        asked, verdict = self.asked, "ok" if self.holds else "MISSED"
        total = asked.first + asked.retried + asked.lost
        return (
            f"requests that fail in {self.updates} start-first updates, of {total}: {asked.retried + asked.lost} "
            f"without a second try, {asked.lost} with one (promised 0) {verdict}"
        )


def missed(world: World) -> Missed:
    """Update a container again and again while a client asks it under its alias."""
    world.engine.clean()
    image = world.image("asked", "0", FILES)
    world.engine.docker("network", "create", "front")
    world.engine.docker("run", "-d", "--name", "asked", "--network", "front", "--network-alias", "www", image)
    env = world.environment({"nas": world.engine.unix_url})
    asker = Asker(world.engine, image, "front", "www")
    for number in range(1, ROUNDS + 1):
        world.image("asked", str(number), FILES)
        apply = world.dockmon("update", "apply", "asked", "--yes", "--order", "start-first")
        subprocess.run(apply, env=env, check=True, capture_output=True)
    return Missed(asker.end(), ROUNDS)
