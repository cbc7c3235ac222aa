"""`make bench`: measure everything that was promised in numbers; exits with 1 if one of them is missed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import down_time, lookups, many_images, start_first, start_up
from bench.measure import Ratio
from bench.world import World
from tests.lab import Lab


def measurements(world: World) -> Iterator[Ratio | lookups.Requests | start_first.Missed]:
    """Take them one after the other, the quiet ones first."""
    yield from start_up.help_text(world)
    yield lookups.lookups(world)
    world.engine.clean()
    yield from start_up.listing(world)
    world.engine.clean()
    yield from start_up.slow_hosts(world)
    yield many_images.many_images(world)
    yield down_time.down_time(world)
    yield start_first.missed(world)


def main() -> int:
    """Print each measurement and return the exit code."""
    good = True
    with Lab() as lab, tempfile.TemporaryDirectory() as folder:
        for measurement in measurements(World(lab, Path(folder))):
            print(measurement, flush=True)
            good = good and measurement.holds
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
