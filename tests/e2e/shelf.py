"""Containers that are made and looked at, never run: what detection needs is there as soon as they are created."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from docker import DockerClient

from tests.lab import Engine, Registry
from tests.lab.registry import Pushed

Document = dict[str, Any]
ALL_STORES = ("20.10", "26.1", "26.1-containerd")
"""The kinds of engine that differ in what they tell of images."""


@dataclass(frozen=True)
class Shelf:
    """One engine by its API, which takes a tenth of the time of the `docker` program."""

    engine: Engine
    api: DockerClient

    def pull(self, ref: str, **login: str) -> None:
        """Pull a tag or a digest."""
        told = list(self.api.api.pull(ref, auth_config=login or None, stream=True, decode=True))
        assert not any("error" in line for line in told), told

    def create(self, name: str, image: str, **options: Any) -> None:
        """Make a container that is not started."""
        self.api.containers.create(image, name=name, **options)

    def make(self, name: str, pushed: Pushed, **options: Any) -> None:
        """Pull an image and make a container of it."""
        self.pull(pushed.ref)
        self.create(name, pushed.ref, **options)

    def run(self, name: str, image: str, **options: Any) -> str:
        """Run a container; return its ID."""
        return str(self.api.containers.run(image, name=name, detach=True, **options).id)

    def alias(self, image: str, name: str) -> str:
        """Give an image another name, one that nobody pulled; return it."""
        repository, _, tag = name.rpartition(":")
        self.api.api.tag(image, repository, tag)
        return name

    def state(self) -> tuple[list[Document], list[Document], list[Document]]:
        """All that is there: images with their names, containers, and how each container is set up."""
        images = sorted(self.api.api.images(all=True), key=lambda image: str(image["Id"]))
        ids = sorted(container["Id"] for container in self.api.api.containers(all=True))
        volumes = self.api.api.volumes()["Volumes"] or []
        return images, [self.api.api.inspect_container(each) for each in ids], volumes


@contextmanager
def shelf(engine: Engine) -> Iterator[Shelf]:
    """Give an engine's API."""
    with closing(engine.client()) as api:
        yield Shelf(engine, api)


@contextmanager
def untouched(on: Shelf) -> Iterator[None]:
    """Hold the engine to it: nothing in it changes, and it reports no event."""
    before, start = on.state(), time.time()
    yield
    assert on.state() == before
    # The events of containers that came up right before may still arrive; those of images and changes may not.
    assert [event for event in on.engine.events_since(start) if not _is_quiet(event)] == []


def _is_quiet(event: Mapping[str, Any]) -> bool:
    return str(event.get("Action", "")).startswith(("exec_", "health_status"))


def methods(registry: Registry) -> list[str]:
    """The methods of the requests so far, sorted."""
    return sorted(asked.method for asked in registry.requests)
