"""Containers as a yard has them before an update, and what is not as it has to be afterwards."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from docker.api.client import APIClient
from docker.errors import ImageNotFound, NotFound

from tests.lab.registry import Pushed

State = Literal["running", "paused", "stopped"]
STATUS: dict[State, set[str]] = {"running": {"running"}, "paused": {"paused"}, "stopped": {"created", "exited"}}
POLICY = "unless-stopped"
COMPOSE_IMAGE = "com.docker.compose.image"
NOTE = "/data/note"


@dataclass(frozen=True)
class Plant:
    """One container before its update: what to find again afterwards.

    `networks` has the alias that it needs in each of its networks, empty where it needs none; `files` what has to be
    in the files that somebody put into it.
    """

    name: str
    state: State
    old_id: str
    old_image: str
    ref: str
    pushed: Pushed
    policy: str
    labels: Mapping[str, str]
    networks: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)


def faults(api: APIClient, plant: Plant, *, recreated: bool = False) -> list[str]:
    """What is not as it has to be once a swap of this container is over, whichever way it went.

    RECREATED says that the old image has to run in another container than before.
    """
    try:
        found = api.inspect_container(plant.name)
    except NotFound:
        return ["nothing has its name"]
    is_old = recreated or found["Id"] == plant.old_id
    wrong = {
        f"its status is {found['State']['Status']}": found["State"]["Status"] not in STATUS[plant.state],
        "it is the old container": recreated and found["Id"] == plant.old_id,
        f"its image is called {found['Config']['Image']}": found["Config"]["Image"] != plant.ref,
        f"its name is {found['Name']}": found["Name"] != f"/{plant.name}",
        "it runs neither the old nor the new image": is_old != (found["Image"] == plant.old_image),
        "its restart policy is another": found["HostConfig"]["RestartPolicy"]["Name"] != plant.policy,
        "its tag is elsewhere": image_id(api, plant.ref) != found["Image"],
        "a label is lost or added": not _has_labels(found, plant),
        **_network_faults(found["NetworkSettings"]["Networks"], plant),
        **{f"{path} is gone": content(api, found["Id"], path) != text for path, text in plant.files.items()},
    }
    return [fault for fault, holds in wrong.items() if holds]


def _has_labels(found: dict[str, Any], plant: Plant) -> bool:
    """True if its user's labels are there, and compose's for the image tells which one runs."""
    expected = {**plant.labels, **({COMPOSE_IMAGE: found["Image"]} if COMPOSE_IMAGE in plant.labels else {})}
    return bool(found["Config"]["Labels"] == expected)


def _network_faults(found: dict[str, Any], plant: Plant) -> dict[str, bool]:
    aliases = {name: endpoint["Aliases"] or [] for name, endpoint in found.items()}
    lost = [alias for name, alias in plant.networks.items() if alias and alias not in aliases.get(name, [])]
    return {"it lacks a network": set(found) != set(plant.networks), f"it lacks its aliases {lost}": bool(lost)}


def image_id(api: APIClient, ref: str) -> str | None:
    """The ID of the image that has this name; None if none has."""
    try:
        found: dict[str, Any] = api.inspect_image(ref)  # type: ignore[no-untyped-call]
    except ImageNotFound:
        return None
    return str(found["Id"])


def content(api: APIClient, container: str, path: str) -> str | None:
    """What is in a file of a container; None if there is no such file."""
    try:
        stream, _ = api.get_archive(container, path)
    except NotFound:
        return None
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        file = archive.extractfile(path.rpartition("/")[2])
        return file.read().decode() if file else None


def one_file(name: str, text: str) -> bytes:
    """A tar archive of one small file."""
    data, buffer = text.encode(), io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()
