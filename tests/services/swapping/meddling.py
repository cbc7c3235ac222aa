"""What others do to a container while it is swapped."""

from __future__ import annotations

from dockmon_cli.core.documents import Document
from tests.services.swapping.scene import NAME, REF, Moment, Scene


def restart_engine(*starts: str) -> Moment:
    """The engine is killed and comes back; it starts again what ran with one of these policies.

    Whoever is connected finds out at the next call.
    """

    def act(scene: Scene) -> None:
        scene.is_cut = True
        for document in list(scene.engine.documents.values()):
            state = document["State"]
            if not state["Running"]:
                continue
            again = document["HostConfig"]["RestartPolicy"]["Name"] in starts
            state.update(Paused=False, Restarting=False, Running=again, Status="running" if again else "exited")
            if not again and document["HostConfig"].get("AutoRemove"):
                del scene.engine.documents[document["Id"]]

    return act


def remove_old(scene: Scene) -> None:
    """Somebody removes the original, wherever it is by now."""
    scene.engine.documents.pop(scene.old_id, None)


def wake_old(scene: Scene) -> None:
    """`docker compose start` starts the original where it was set aside."""
    document = scene.engine.documents.get(scene.old_id)
    if document and document["Name"] == f"/{NAME}.dockmon-old":
        document["State"].update(Running=True, Status="running")


def take_the_name(*, runs: bool) -> Moment:
    """`docker compose up` puts a container of its own under the name, if nobody has it."""

    def act(scene: Scene) -> None:
        if NAME in scene.engine.names() or REF not in scene.engine.references:
            return
        host_config = {"RestartPolicy": {"Name": scene.policy}}
        found = scene.engine.add_container(NAME, REF, running=runs, Labels=scene.labels, HostConfig=host_config)
        scene.engine.documents[found]["Config"]["Stranger"] = True

    return act


def new_one_comes_to(scene: Scene, **state: object) -> Scene:
    """Let the new container come to this state when it starts; return the scene."""

    def on_start(document: Document) -> None:
        if document["Image"] == scene.new_image:
            document["State"].update(state)

    scene.engine.on_start = on_start
    return scene
