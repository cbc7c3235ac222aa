"""How many requests a check sends to a registry."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass

from bench.world import World

CONTAINERS = 42


@dataclass(frozen=True)
class Requests:
    """The requests that two checks sent, by method, and what was promised of the second."""

    first: Counter[str]
    second: Counter[str]

    @property
    def holds(self) -> bool:
        """True if there was one HEAD for each image and nothing else."""
        return self.first == self.second == Counter(HEAD=2)

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "MISSED"
        counts = f"first {dict(self.first)}, again {dict(self.second)}"
        return f"{CONTAINERS} containers of 2 images: {counts} (promised 2 HEAD) {verdict}"


def lookups(world: World) -> Requests:
    """Check many containers of two images twice, and count."""
    images = [world.image("one"), world.image("two")]
    for number in range(CONTAINERS):
        world.engine.docker("create", "--name", f"lookup-{number}", images[number % 2])
    env = world.environment({"nas": world.engine.unix_url})
    counts = []
    for _ in range(2):
        world.registry.clear_requests()
        subprocess.run(
            world.dockmon("update", "check", "--filter", "name=lookup-*"), env=env, check=True, capture_output=True
        )
        counts.append(Counter(request.method for request in world.registry.requests))
    return Requests(*counts)
