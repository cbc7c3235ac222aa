"""A container that is updated from version to version, and the images that this leaves."""

from __future__ import annotations

from tests.e2e.here import DockmonHere
from tests.e2e.looking import inspect, serves
from tests.lab import Engine, Registry


def push_version(engine: Engine, registry: Registry, name: str, number: int) -> str:
    """Push one of its versions, some of it its own, and return the tag."""
    recipe = serves(f"{name} {number}", files={"/big": f"{number}" * 100_000})
    return registry.push(f"{engine.kind}/{name}", "1", **recipe).ref


def run_through(engine: Engine, registry: Registry, dockmon: DockmonHere, name: str, versions: int) -> list[str]:
    """Run a container and update it from version to version; return the IDs of its images."""
    engine.docker("run", "-d", "--name", name, push_version(engine, registry, name, 0))
    images = [inspect(engine, name)["Image"]]
    for number in range(1, versions):
        push_version(engine, registry, name, number)
        assert dockmon.json("update", "apply", name, "--yes").results() == {name: "updated"}
        images.append(inspect(engine, name)["Image"])
    return images


def there(engine: Engine) -> set[str]:
    """The IDs of all images."""
    return set(engine.docker("images", "-q", "--no-trunc").split())
