"""Three ways to use a store, and what each must say when it can't be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dockmon_cli.adapters.store import quick
from dockmon_cli.adapters.store.store import Store
from dockmon_cli.core.errors import StoreError
from tests.adapters.store.samples import NAS


def read(path: Path) -> None:
    with Store(path) as store:
        store.hosts.hosts()


def write(path: Path) -> None:
    with Store(path) as store:
        store.hosts.add_host(NAS)


def read_quickly(path: Path) -> None:
    quick.read(path)


WAYS = pytest.mark.parametrize("use", [read, write, read_quickly])


def refusal_of(use: Callable[[Path], None], path: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        use(path)
    assert caught.value.exit_code == 6
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value
