"""Show, on two real Docker engines and a real registry, what dockmon is for.

Exits with 0 only if everything that was shown is what should have been shown.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.demo.scene import Scene, set_scene
from tests.demo.show import Show
from tests.lab import Lab


def main() -> int:
    """Run the demo and return its exit code."""
    show = Show(sys.stdout)
    show.say("Starting two Docker engines and a registry of their own (the first time this downloads them) …")
    with Lab() as lab, tempfile.TemporaryDirectory() as folder:
        scene = set_scene(lab)
        show.begin(Path(folder))
        play(show, scene)
    return show.end()


def play(show: Show, scene: Scene) -> None:
    """The story: look, find out, update, look again."""
    show.title("Two hosts: nas (Docker 26.1) on a socket, edge (Docker 20.10) over TCP")
    show.run("hosts", "add", "nas", scene.nas.unix_url)
    show.run("hosts", "add", "edge", scene.edge.tcp_url)

    show.title("What runs, on both")
    show.run("ps")
    listed = show.document("ps")
    show.expect("ps lists all five containers", {item["target"] for item in listed} == scene.targets)

    show.title("New images are pushed to the registry. One of them is broken.")
    scene.publish_new_images()
    show.run("update", "check")
    states = {item["target"]: item["state"] for item in show.document("update", "check")}
    outdated = {target for target, state in states.items() if state == "update_available"}
    show.expect("four are outdated, one is up to date", outdated == scene.outdated)

    show.title("Update them all. Each is proven in its place before its original is removed.")
    show.run("update", "apply", "--all", "--yes", "--force", exit_code=3)
    results = {item["target"]: item["result"] for item in show.document("update", "history")}
    expected = dict.fromkeys(scene.outdated - {scene.broken}, "updated") | {scene.broken: "rolled_back"}
    show.expect("three are updated, the broken one is rolled back", results == expected)

    show.title("And what runs now")
    show.run("ps")
    now = {item["target"]: item for item in show.document("ps")}
    running = {target for target, item in now.items() if item["status"] == "running"}
    show.expect("all five are running", running == scene.targets)
    show.expect("the broken one is its original container again", now[scene.broken]["key"].endswith(scene.original_id))
    show.expect("what the database wrote is still there", scene.data_is_there())
    show.run("update", "check")


if __name__ == "__main__":
    sys.exit(main())
