"""How long a command takes from the shell's point of view."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

from bench.measure import Ratio, interleaved, timed
from bench.world import World
from tests.lab.servers.relay import Relay

ROUNDS = 15
CONTAINERS = 100
DELAY_S = 0.1


def help_text(world: World) -> Iterator[Ratio]:
    """`dockmon --help` against importing typer alone."""
    env = world.environment({})
    importing = timed([sys.executable, "-c", "import typer"], env)
    ours, theirs = interleaved(timed(world.dockmon("--help"), env), importing, rounds=ROUNDS)
    yield Ratio("dockmon --help", ours, "import typer", theirs, 1.5)


def listing(world: World) -> Iterator[Ratio]:
    """`dockmon ps` on one engine with many containers, against importing typer alone."""
    image = world.image("many")
    # The containerd store needs 0.4 s for its own list of so many: that would measure the engine.
    engine = world.lab.engine("many", "26.1", tcp=False)
    for number in range(CONTAINERS):
        engine.docker("create", "--name", f"many-{number}", image)
    env = world.environment({"nas": engine.unix_url})
    importing = timed([sys.executable, "-c", "import typer"], env)
    ours, theirs = interleaved(timed(world.dockmon("ps", "-a"), env), importing, rounds=ROUNDS)
    yield Ratio(f"dockmon ps, {CONTAINERS} containers", ours, "import typer", theirs, 5)


def slow_hosts(world: World) -> Iterator[Ratio]:
    """`dockmon ps` over three hosts that are far away, against one such host."""
    target = world.engine.tcp_url.removeprefix("tcp://")
    with ExitStack() as stack:
        relays = [stack.enter_context(Relay(world.lab.address, target, delay=DELAY_S)) for _ in range(3)]
        urls = {f"far{number}": f"tcp://{relay.host}" for number, relay in enumerate(relays)}
        all_three, one = world.environment(urls), world.environment(dict(list(urls.items())[:1]))
        argv = world.dockmon("ps")
        three_s, one_s = interleaved(timed(argv, all_three), timed(argv, one), rounds=7)
    yield Ratio("dockmon ps, 3 hosts 200 ms away", three_s, "1 such host", one_s, 1.2)
