"""What others do to containers that are bound to each other while they are swapped."""

from __future__ import annotations

from dockmon_cli.core.documents import Document
from tests.services.grouping.engine import SHARES, SharingEngine
from tests.services.grouping.scene import GroupScene
from tests.services.swapping import Moment, Scene


def restart_sharing_engine(*starts: str) -> Moment:
    """The engine is killed and comes back. It starts what ran with one of these policies, if it can, as it comes."""

    def act(scene: Scene) -> None:
        scene.is_cut = True
        engine = scene.engine
        assert isinstance(engine, SharingEngine)
        ran = [document for document in engine.documents.values() if document["State"]["Running"]]
        for document in ran:
            document["State"].update(Paused=False, Restarting=False, Running=False, Status="exited")
        for document in ran:
            if document["HostConfig"]["RestartPolicy"]["Name"] in starts and engine.can_start(document):
                engine._run(document)
            elif document["HostConfig"].get("AutoRemove"):
                del engine.documents[document["Id"]]

    return act


def remove(name: str) -> Moment:
    """Somebody removes the original of a member, wherever it is by now."""

    def act(scene: Scene) -> None:
        assert isinstance(scene, GroupScene)
        scene.engine.documents.pop(scene.ids[name], None)

    return act


def made_anew(parent: str, name: str) -> Moment:
    """Somebody removes the originals and whatever has the dependent's name, and creates that one anew."""

    def act(scene: Scene) -> None:
        assert isinstance(scene, GroupScene)
        engine = scene.engine
        taken = [document["Id"] for document in engine.documents.values() if document["Name"] == f"/{name}"]
        for container in (scene.ids[parent], scene.ids[name], *taken):
            engine.documents.pop(container, None)
        mode = SHARES + engine.named(parent)["Id"]
        host_config = {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}, "NetworkMode": mode}
        image = f"registry.lan/{name}:1"
        made = engine.add_container(name, image, Image=image, Labels={}, HostConfig=host_config)
        engine._run(engine.documents[made])

    return act


def wake(name: str) -> Moment:
    """`docker compose start` starts the original of a member where it was set aside, if the engine can."""

    def act(scene: Scene) -> None:
        assert isinstance(scene, GroupScene)
        document = scene.engine.documents.get(scene.ids[name])
        aside = document and document["Name"] == f"/{name}.dockmon-old" and not document["State"]["Running"]
        if document and aside and scene.engine.can_start(document):
            scene.engine._run(document)

    return act


def new_one_of(name: str, scene: GroupScene, **state: object) -> GroupScene:
    """Let the new container of this member come to this state when it starts; return the scene."""

    def on_start(document: Document) -> None:
        is_old = document["Image"] == scene.old_images[name] if scene.parts[name].updates else False
        if document["Name"] == f"/{name}" and document["Id"] != scene.ids[name] and not is_old:
            document["State"].update(state)

    scene.engine.on_start = on_start
    return scene
