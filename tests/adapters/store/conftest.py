"""Stores for tests: real files, and the fakes that must behave alike."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.hosts import Host
from tests.adapters.store.samples import Opened, Ports
from tests.fakes.store import MemoryStore


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as the program makes it; copied for the tests, because migrating costs half a second."""
    path = tmp_path_factory.mktemp("store") / "dockmon.db"
    with Store(path) as store:
        store.hosts.add_host(Host("made", "made", "unix:///x"))
        store.hosts.remove_host("made")
    return path


@pytest.fixture
def path(_made: Path, tmp_path: Path) -> Path:
    """The path of an empty store, in a folder of its own."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return Path(shutil.copy2(_made, folder / "dockmon.db"))


@pytest.fixture
def real(path: Path) -> Iterator[Store]:
    """An empty store on disk."""
    with Store(path) as store:
        yield store


@pytest.fixture(params=["fake", "real", "reopened"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Opened]:
    """Gives the store under test; `reopened` is a new opening of the file each time, as another process sees it."""
    fake, opened = MemoryStore(), [Store(path)]

    def current() -> Ports:
        if request.param == "fake":
            return fake
        if request.param == "reopened":
            opened.append(Store(path))
        return opened[-1]

    yield current
    for one in opened:
        one.close()
