"""A host with one container of each kind that updates tell apart, for commands that look and change nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import Outcome, at_terminal, environment
from tests.e2e.here import run_here
from tests.e2e.shelf import Shelf, shelf
from tests.lab import Engine, Registry

SECRET = "hunter-42-in-the-environment"
ESCAPES = "1.1\x1b[2J\x1b]0;owned\x07\x9b31m"
VERSION = "org.opencontainers.image.version"


@dataclass(frozen=True)
class Scene:
    """The host, by its API; the registry; and dockmon with a configuration and a store of its own."""

    on: Shelf
    registry: Registry
    env: Mapping[str, str]

    def run(self, *words: str) -> Outcome:
        """Run `dockmon update WORDS`."""
        done = run_here(("update", *words), self.env)
        return Outcome(done.code, done.out, done.err)

    def names(self, *words: str) -> list[str]:
        """The containers that a command lists, in order."""
        return [line.removeprefix("nas/") for line in self.run(*words, "-o", "name").out.splitlines()]

    def typed(self, *words: str, answers: str) -> Outcome:
        """Run `dockmon update WORDS` at a terminal and type something."""
        return at_terminal(sys.executable, "-m", "dockmon_cli", "update", *words, env=self.env, typed=answers)


@contextmanager
def dockmon_on(engine: Engine, registry: Registry, folder: Path, **hosts: str) -> Iterator[Scene]:
    """Give dockmon with the host nas, and others by their URLs, below FOLDER."""
    file = folder / "config/dockmon/dockmon.toml"
    file.parent.mkdir(parents=True)
    lines = [f'{name} = {{ url = "{url}" }}' for name, url in {"nas": engine.unix_url, **hosts}.items()]
    file.write_text("\n".join(["[update]", 'verify.stable_for = "1s"', "[hosts]", *lines, ""]))
    with shelf(engine) as on:
        yield Scene(on, registry, environment(folder))


def furnish(scene: Scene, address: str) -> None:
    """Make the containers; ADDRESS has no registry at its port 9. All images are new ones except `same`'s."""
    on, registry = scene.on, scene.registry
    for name in ("web", "postgres", "idle", "prod", "skip"):
        on.pull(registry.push(f"scene/{name}", "1", labels={VERSION: "1.0"}).ref)
        registry.push(f"scene/{name}", "1", labels={VERSION: ESCAPES}, env={"NEW": "1"})
    same = registry.push("scene/same", "1")
    on.make("same", same, labels={"com.docker.compose.project": "shop", "note": ESCAPES})
    on.run("web", f"{registry.host}/scene/web:1", environment={"PASSWORD": SECRET})
    on.run("db", f"{registry.host}/scene/postgres:1")
    on.create("idle", f"{registry.host}/scene/idle:1")
    on.run("prod", f"{registry.host}/scene/prod:1", labels={"dockmon.update.policy": "block"})
    on.create("skip", f"{registry.host}/scene/skip:1", labels={"dockmon.update.policy": "ignore"})
    on.create("pin", same.by_digest)
    on.create("far", on.alias(same.ref, f"{address}:9/far:1"))


EVERYTHING = ["db", "far", "idle", "pin", "prod", "same", "skip", "web"]
