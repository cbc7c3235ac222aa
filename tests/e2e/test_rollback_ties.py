"""A rollback of a container that others are bound to, and one across tags: what is around it is right afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.schemas import check
from tests.e2e.driver import Run
from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, EngineOf, inspect, serves
from tests.e2e.shelf import ALL_STORES
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry
from tests.lab.recipes import Recipe

pytestmark = pytest.mark.lab

# The first version does not start any more once somebody has left a mark in its volume.
SERVES_ONCE = "#!/bin/sh\ntest ! -e /data/used || exit 9\nhttpd -p 8080 -h /www\ntrap exit TERM\nsleep 1000 & wait\n"
SERVES = SERVES_ONCE.replace("test ! -e /data/used || exit 9\n", "")
COMPOSE = """
services:
  web:
    image: {image}
    labels: {{dockmon.update.track: minor}}
    volumes: [/data]
"""


def gateway(version: str, serve: str = SERVES) -> Recipe:
    """Tells its version to whoever shares its network."""
    return serves(version, files={"/www/version": version, "/bin/serve": serve}, volumes=["/data"])


class Bound:
    """`vpn`, with `torrent` and `ui` in its network: vpn and ui were updated in one operation, torrent followed."""

    def __init__(self, engine: Engine, registry: Registry, folder: Path):
        self.engine = engine
        self.dockmon = DockmonHere(folder, {"nas": engine}, update=OFTEN)
        repository = f"{engine.kind}/ties"
        vpn = registry.push(f"{repository}/vpn", "1", **gateway("one", SERVES_ONCE)).ref
        ui = registry.push(f"{repository}/ui", "1", **serves("ui one")).ref
        torrent = registry.push(f"{repository}/torrent", "1", **serves("torrent", volumes=["/data"])).ref
        engine.docker("run", "-d", "--name", "vpn", "--restart", "unless-stopped", vpn)
        for name, image in (("ui", ui), ("torrent", torrent)):
            engine.docker("run", "-d", "--name", name, "--network", "container:vpn", image)
        engine.docker("exec", "torrent", "sh", "-c", "echo kept > /data/note")
        self.images = [self.runs()]
        registry.push(f"{repository}/vpn", "1", **gateway("two"))
        registry.push(f"{repository}/ui", "1", **serves("ui two"))
        done = self.dockmon.json("update", "apply", "vpn", "ui", "--yes")
        assert done.results() == {"vpn": "updated", "ui": "updated"}, done
        self.op = done.item("vpn")["op"]
        self.images.append(self.runs())

    def runs(self) -> dict[str, str]:
        """The image of each."""
        return {name: inspect(self.engine, name)["Image"] for name in ("vpn", "ui", "torrent")}

    def ids(self) -> dict[str, str]:
        """The ID of each."""
        return {name: inspect(self.engine, name)["Id"] for name in ("vpn", "ui", "torrent")}

    def back(self, name: str, *words: str) -> Run:
        return self.dockmon.json("update", "rollback", f"nas/{name}", *words)

    def assert_works(self, *, vpn: int, ui: int) -> None:
        """Each runs its image of then, in the network of the vpn that runs now, with its data."""
        assert self.runs() == {**self.images[0], "vpn": self.images[vpn]["vpn"], "ui": self.images[ui]["ui"]}
        mode = f"container:{inspect(self.engine, 'vpn')['Id']}"
        for name in ("ui", "torrent"):
            found = inspect(self.engine, name)
            assert (found["HostConfig"]["NetworkMode"], found["State"]["Status"]) == (mode, "running")
            told = self.engine.docker("exec", name, "wget", "-qO-", "http://127.0.0.1:8080/version")
            assert told == ("one", "two")[vpn]
        assert self.engine.docker("exec", "torrent", "cat", "/data/note") == "kept"
        assert ".dockmon-" not in self.engine.docker("ps", "-a", "--format", "{{.Names}}")
        assert "dockmon-new" not in self.engine.docker("images")


@pytest.mark.parametrize("kind", docker_kinds(*ALL_STORES))
def test_what_shares_its_network_follows_a_rollback_and_one_that_fails(
    kind: str, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    bound = Bound(engine_of(kind), registry, tmp_path)
    bound.assert_works(vpn=1, ui=1)
    planned = bound.back("vpn", "--dry-run")
    check(planned.document, "update-plan")
    assert sorted(planned.item("vpn")["dependents"]) == ["torrent", "ui"]

    done = bound.back("vpn", "--yes")
    check(done.document, "update-apply")
    assert (done.code, done.item("vpn")["result"], done.item("vpn")["reason"]) == (0, "updated", "rollback"), done
    bound.assert_works(vpn=0, ui=1)

    vpn = bound.ids()["vpn"]
    assert bound.back("ui", "--yes").results() == {"ui": "updated"}
    bound.assert_works(vpn=0, ui=0)
    assert bound.ids()["vpn"] == vpn, "what it is bound to is not touched"

    again = bound.back("vpn", "--dry-run").item("vpn")
    assert f"returns to the image that {done.item('vpn')['op']} rolled it back from" in again["message"]
    assert bound.back("vpn", "--yes").results() == {"vpn": "updated"}
    bound.assert_works(vpn=1, ui=0)

    bound.engine.docker("exec", "vpn", "touch", "/data/used")
    before = bound.ids()
    failed = bound.back("vpn", "--to", bound.op, "--yes")
    assert (failed.code, failed.item("vpn")["result"], failed.item("vpn")["reason"]) == (1, "rolled_back", "restarting")
    assert bound.ids() == before
    bound.assert_works(vpn=1, ui=0)

    history = bound.dockmon.json("update", "history", "nas/torrent")
    check(history.document, "update-history")
    assert [(row["name"], row["purpose"], row["result"]) for row in history.items] == [
        ("vpn", "rollback", "rolled_back"), ("vpn", "rollback", "updated"),
        ("vpn", "rollback", "updated"), ("vpn", "update", "updated"),
    ]  # fmt: skip
    assert "operations of: nas/vpn" in bound.dockmon("update", "history", "nas/torrent").err
    bound.engine.docker("rm", "-f", "torrent")
    assert len(bound.dockmon.json("update", "history", "nas/torrent").items) == 4


@pytest.mark.parametrize("kind", docker_kinds(*ALL_STORES))
def test_a_rollback_across_tags_returns_to_the_tag_too_and_back_again(
    kind: str, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    engine, repository = engine_of(kind), f"{kind}/across"
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update={**OFTEN, "track": "minor"})
    old, new = (
        registry.push(repository, tag, **serves(tag, env={"VERSION": tag}, volumes=["/data"]))
        for tag in ("1.2.3", "1.3.0")
    )
    engine.docker("run", "-d", "--name", "web", "-e", "MINE=1", old.ref)
    engine.docker("exec", "web", "sh", "-c", "echo kept > /data/note")
    images = {old.ref: inspect(engine, "web")["Image"]}
    assert dockmon.json("update", "apply", "web", "--yes").results() == {"web": "updated"}
    images[new.ref] = inspect(engine, "web")["Image"]

    def runs(ref: str) -> None:
        found = inspect(engine, "web")
        assert (found["Config"]["Image"], found["Image"]) == (ref, images[ref])
        assert {"MINE=1", f"VERSION={ref.rpartition(':')[2]}"} <= set(found["Config"]["Env"])
        assert engine.docker("exec", "web", "cat", "/data/note") == "kept"
        assert engine.docker("inspect", "--format", "{{.Id}}", ref) == images[ref]

    runs(new.ref)
    back = dockmon.json("update", "rollback", "nas/web", "--yes")
    assert (back.results(), back.item("web")["new"]["version"]) == ({"web": "updated"}, "1.2.3"), back
    runs(old.ref)
    for ref, image_id in images.items():
        assert engine.docker("inspect", "--format", "{{.Id}}", ref) == image_id
    checked = dockmon.json("update", "check", "web").item("web")
    assert (checked["state"], checked["available"]["image"]) == ("update_available", new.ref)
    left = dockmon.json("update", "apply", "--all", "--yes").item("web")
    assert (left["result"], left["reason"]) == ("skipped", "rolled_back_before")

    # What does not run is pruned with its tag: both come from the registry then.
    engine.docker("image", "prune", "-af")
    assert dockmon.json("update", "rollback", "nas/web", "--yes").results() == {"web": "updated"}
    runs(new.ref)
    engine.docker("image", "prune", "-af")
    assert dockmon.json("update", "rollback", "nas/web", "--to", old.digest, "--yes").results() == {"web": "updated"}
    runs(old.ref)
    (left,) = dockmon.json("update", "prune", "--min-age", "0s", "--yes").items
    assert (left["image_id"], left["reason"]) == (images[new.ref], "rollback_image")


def test_compose_agrees_with_a_rollback_to_the_tag_of_its_file(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    old, new = (
        registry.push("across/compose", tag, **serves(tag, volumes=["/data"])).ref for tag in ("1.2.3", "1.3.0")
    )
    (folder / "compose.yaml").write_text(COMPOSE.format(image=old))
    lab.compose(engine, folder, "up", "-d")
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    assert dockmon.json("update", "apply", "shop-web-1", "--yes").results() == {"shop-web-1": "updated"}
    assert inspect(engine, "shop-web-1")["Config"]["Image"] == new
    assert dockmon.json("update", "rollback", "shop-web-1", "--yes").results() == {"shop-web-1": "updated"}
    back = inspect(engine, "shop-web-1")
    assert back["Config"]["Image"] == old
    lab.compose(engine, folder, "up", "-d")
    assert inspect(engine, "shop-web-1")["Id"] == back["Id"]
