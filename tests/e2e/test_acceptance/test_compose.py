"""18: after an update and after a rollback Compose has nothing to do, nor is anything lost if it is used meanwhile.

All other moments are in `test_compose_up_meanwhile.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.killing import halted
from tests.e2e.looking import OFTEN, serves
from tests.e2e.shop import Shop
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry

pytestmark = pytest.mark.lab
PROJECT = """
services:
  plain:
    image: {plain}
    volumes: [/data]
  given:
    image: {given}
    configs:
      - source: conf
        target: /etc/app.conf
      - source: served
        target: /bin/serve.conf
    secrets: [token]
configs:
  conf: {{content: "hello"}}
  served: {{environment: SERVED}}
secrets:
  token: {{environment: TOKEN}}
"""
PLAIN, GIVEN = "shop-plain-1", "shop-given-1"
# In the image there is a file where compose puts one of its own: that one it replaces.
FILES = {"/bin/serve.conf": "off"}
DIES = ["sh", "-c", "exit 3"]
MOMENTS = {PLAIN: "start begun", GIVEN: "commit: committed"}


def push(registry: Registry, seed: str, **more: object) -> dict[str, str]:
    """An image for each service: of one digest the others would wait for the first."""
    return {
        name: registry.push(f"compose-{name}", "1", **serves(f"{name} {seed}", files=FILES, **more)).ref
        for name in ("plain", "given")
    }


def kept(engine: Engine) -> str:
    """What the programs find: where compose put its files, and in the volume."""
    placed = engine.docker("exec", GIVEN, "cat", "/etc/app.conf", "/bin/serve.conf", "/run/secrets/token")
    return f"{placed} {engine.docker('exec', PLAIN, 'cat', '/data/mine')}"


@pytest.mark.parametrize("engine", docker_kinds("26.1-containerd", "20.10"), indirect=True)
def test_18_compose_has_nothing_to_do_after_updates_and_a_rollback_and_spoils_none(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    shop = Shop(lab, engine, tmp_path)
    shop.declare(PROJECT.format(**push(registry, f"{engine.kind} 1")))
    shop.up()
    engine.docker("exec", PLAIN, "sh", "-c", "echo mine >/data/mine")
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    # Twice: what was copied once is to be known at the next update.
    for number, (more, result) in enumerate([({}, "updated"), ({}, "updated"), ({"cmd": DIES}, "rolled_back")], 2):
        before = shop.ids()
        push(registry, f"{engine.kind} {number}", **more)
        plan = dockmon.json("update", "apply", GIVEN, "--dry-run")
        assert "/bin/serve.conf, /etc/app.conf, /run/secrets/token" in plan.item(GIVEN)["message"], plan
        done = dockmon.json("update", "apply", "--all", "--yes")
        assert done.results() == dict.fromkeys((PLAIN, GIVEN), result), done
        assert (len(before & shop.ids()), len(shop.ids())) == (0 if result == "updated" else 2, 2)
        assert kept(engine) == "helloonsesame mine"
        shop.assert_up_changes_nothing()
    push(registry, f"{engine.kind} 5")
    assert_spoilt_by_nobody(shop, dockmon)
    assert "sesame" not in (dockmon.state / "dockmon.db").read_bytes().decode("latin-1")


def assert_spoilt_by_nobody(shop: Shop, dockmon: DockmonHere) -> None:
    """`up` is typed in the middle of the updates of both."""
    with halted(dockmon, MOMENTS):
        shop.up("plain", check=False)
        shop.up("given", check=False)
    assert dockmon("update", "recover").code == 0
    assert shop.states() == dict.fromkeys((PLAIN, GIVEN), "running")
    shop.up()
    assert shop.states() == dict.fromkeys((PLAIN, GIVEN), "running")
    assert kept(shop.engine) == "helloonsesame mine"
    shop.assert_up_changes_nothing()
