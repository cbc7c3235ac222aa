"""`docker compose up -d` at any moment of an update."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.killing import halted
from tests.e2e.looking import QUICK, serves
from tests.e2e.shop import Shop
from tests.lab import Engine, Lab, Registry

pytestmark = pytest.mark.lab
SERVICE = "  {name}:\n    image: {image}\n    container_name: {name}\n    volumes: [/data]\n"
MOMENTS = {
    "s0": "lock begun",
    "s1": "stop begun",
    "s2": "set_aside begun",
    "s3": "create begun",
    "s4": "verify begun",
    "s5": "remove_old begun",
}


def furnish(shop: Shop, registry: Registry, folder: str) -> None:
    """A service for each moment, with data of its own, and an update for each."""
    images = {name: registry.push(f"{folder}/{name}", "1", **serves(f"{name} old")).ref for name in MOMENTS}
    shop.declare("services:\n" + "".join(SERVICE.format(name=name, image=image) for name, image in images.items()))
    shop.up()
    for name in MOMENTS:
        shop.engine.docker("exec", name, "sh", "-c", f"echo {name} >/data/mine")
        registry.push(f"{folder}/{name}", "1", **serves(f"{name} new"))


def assert_one_of_each(shop: Shop) -> None:
    """One container of each, it runs, and its data are there."""
    assert shop.states() == dict.fromkeys(MOMENTS, "running")
    assert [shop.engine.docker("exec", name, "cat", "/data/mine") for name in MOMENTS] == [*MOMENTS]


def test_up_at_any_moment_of_an_update_leaves_one_container_running_with_its_data(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    shop, dockmon = Shop(lab, engine, tmp_path), DockmonHere(tmp_path, {"nas": engine}, update=QUICK)
    furnish(shop, registry, tmp_path.name)
    with halted(dockmon, MOMENTS):
        for name in MOMENTS:
            shop.up(name, check=False)
    assert dockmon("update", "recover").code == 0
    assert_one_of_each(shop)
    shop.up(check=False)
    assert_one_of_each(shop)
    shop.assert_up_changes_nothing()
