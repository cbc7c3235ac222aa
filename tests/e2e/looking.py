"""What tests of updates say again and again: an image that serves quietly, and looks at an engine."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.lab import Engine
from tests.lab.recipes import Recipe

EngineOf = Callable[[str], Engine]
Document = dict[str, Any]
SERVE = "#!/bin/sh\ntrap exit TERM INT USR1\nsleep 1000 &\nwait\n"
OFTEN: Mapping[str, Any] = {"verify": {"stable_for": "1s"}, "max_parallel": 8}
QUICK: Mapping[str, Any] = {**OFTEN, "verify": {"stable_for": "300ms"}}


def serves(seed: str, *, files: Mapping[str, str] | None = None, **more: Any) -> Recipe:
    """An image whose command needs no port and ends at once when asked to; another seed makes another version."""
    recipe: Recipe = {"seed": seed, "cmd": ["serve"], "files": {"/bin/serve": SERVE, **(files or {})}}
    recipe.update(more)  # type: ignore[typeddict-item]
    return recipe


def inspect(engine: Engine, name: str) -> Document:
    """One container's inspect document."""
    return inspect_all(engine, name)[name]


def inspect_all(engine: Engine, *names: str) -> dict[str, Document]:
    """The inspect documents of several, by name."""
    return dict(zip(names, json.loads(engine.docker("inspect", *names)), strict=True))


def status(engine: Engine, name: str) -> str:
    """What a container does now: running, exited, created…"""
    return engine.docker("inspect", "--format", "{{.State.Status}}", name)


def volumes(engine: Engine) -> set[str]:
    """The names of all volumes."""
    return set(engine.docker("volume", "ls", "-q").split())
