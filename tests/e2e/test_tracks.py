"""Containers that follow a track move to newer tags, come back from a broken one, and say which line to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, EngineOf, inspect, serves
from tests.kinds import docker_kinds
from tests.lab import Engine, Lab, Registry

pytestmark = pytest.mark.lab
TRACK = "dockmon.update.track"
DIES = ["sh", "-c", "exit 3"]
SOURCE = {"org.opencontainers.image.source": "https://github.com/shop/web"}
MOVES = {"patch": "1.2.4", "minor": "1.3.0", "major": "2.0.0"}
COMPOSE = """
services:
  web:
    image: {image}
    labels: {{{label}: minor}}
"""


def push(registry: Registry, repository: str, tag: str, **more: Any) -> str:
    return registry.push(repository, tag, **serves(f"{repository} {tag}", **more)).ref


def names(engine: Engine) -> set[str]:
    """All tags of images that the user would call theirs."""
    return {
        tag for tag in engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split() if "dockmon" not in tag
    }


@pytest.mark.parametrize("kind", docker_kinds("26.1-containerd", "20.10"))
def test_each_track_moves_as_far_as_it_goes_and_a_broken_tag_brings_the_old_one_back(
    kind: str, engine_of: EngineOf, registry: Registry, tmp_path: Path
) -> None:
    engine, old = engine_of(kind), {}
    for track, best in MOVES.items():
        repository = f"tracks-{kind}/{track}"
        old[track] = push(registry, repository, "1.2.3")
        engine.docker("run", "-d", "--name", track, "--label", f"{TRACK}={track}", old[track])
        for tag in dict.fromkeys(("1.2.4", best, "9-rc1")):
            push(registry, repository, tag, labels=SOURCE)
    repository = f"tracks-{kind}/broken"
    old["broken"] = push(registry, repository, "v1.2.3-alpine")
    push(registry, repository, "v1.2.4-alpine", cmd=DIES)
    engine.docker("run", "-d", "--name", "broken", "--label", f"{TRACK}=patch", old["broken"])
    was, tags = inspect(engine, "broken"), names(engine)

    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    plan = dockmon.json("update", "plan")
    kinds = {item["name"]: item["kind"] for item in plan.items}
    assert kinds == {name: name for name in MOVES} | {"broken": "patch"}, plan
    assert plan.item("patch")["release_notes"] == "https://github.com/shop/web/releases"
    done = dockmon.json("update", "apply", "--all", "--yes")
    assert done.results() == dict.fromkeys(MOVES, "updated") | {"broken": "rolled_back"}, done

    for track, best in MOVES.items():
        new = old[track].replace("1.2.3", best)
        assert inspect(engine, track)["Config"]["Image"] == new
        assert done.item(track)["change"] == {"file": None, "line": None, "old": old[track], "new": new}
        tags.add(new)
    now = inspect(engine, "broken")
    assert (now["Id"], now["Config"]["Image"], now["State"]["Running"]) == (was["Id"], old["broken"], True)
    assert done.item("broken")["change"] is None
    assert names(engine) == tags, "the tags that users wrote stay, and those of the new ones are there"
    assert dockmon.json("update", "check", "patch", "minor", "major").code == 0


def test_the_line_of_the_compose_file_is_named_and_compose_agrees_once_it_is_changed(
    lab: Lab, engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    old, new = push(registry, "tracks/compose", "1.2.3"), push(registry, "tracks/compose", "1.3.0")
    file = folder / "compose.yaml"
    file.write_text(COMPOSE.format(image=old, label=TRACK))
    lab.compose(engine, folder, "up", "-d")

    dockmon = DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)
    shown = dockmon("update", "apply", "nas/shop-web-1", "--dry-run")
    assert "not your file" in shown.err
    assert f"{file}:4: {old} -> {new}  (nas/shop-web-1)" in shown.err, shown
    done = dockmon.json("update", "apply", "nas/shop-web-1", "--yes")
    assert done.item("shop-web-1")["change"] == {"file": str(file), "line": 4, "old": old, "new": new}, done
    file.write_text(COMPOSE.format(image=new, label=TRACK))
    lab.compose(engine, folder, "up", "-d")
    assert inspect(engine, "shop-web-1")["Config"]["Image"] == new
    assert dockmon.json("update", "check", "nas/shop-web-1").items[0]["state"] == "up_to_date"
