"""Put the parts together: config, host config, volumes, networks."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from dockmon_cli.core.create_spec.config import user_config
from dockmon_cli.core.create_spec.networks import endpoints, primary_network
from dockmon_cli.core.create_spec.volumes import keep_volumes
from dockmon_cli.core.dependents import SHARED, shares
from dockmon_cli.core.documents import Document
from dockmon_cli.core.engine_info import EngineInfo

OP_LABEL = "dockmon.op"
NEVER_STARTED = "dockmon: it holds a name while an update is under way, and is never started"
NEVER_RESTARTED: Document = {"Name": "no", "MaximumRetryCount": 0}
COMPOSE_PREFIX = "com.docker.compose."
COMPOSE_IMAGE = "com.docker.compose.image"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One network to join after creation, and how."""

    network: str
    config: Document


@dataclass(frozen=True, slots=True)
class CreateSpec:
    """`body` for `POST /containers/create`; before the start, networks to leave, then `networks` to connect.

    A container may have left the network it was created in, which its successor joins all the same.
    """

    body: Document
    networks: tuple[Endpoint, ...] = ()
    leave: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewImage:
    """What the new image is called where a label names it: its ID, and its platform manifest."""

    image_id: str
    platform_digest: str | None = None


def build(
    old: Document, old_image_config: Document, info: EngineInfo, *, image: str, new_image: NewImage
) -> CreateSpec:
    """Given the old container's inspect document and its image's configuration, return its successor's create spec.

    `image` is the reference to create from, as the user wrote it. `new_image` says what takes the place of the
    old image's digests in the labels that name them.
    """
    config = user_config(old, old_image_config)
    host_config = _host_config(old, info)
    keep_volumes(old, host_config)
    body = {**config, "Image": image, "HostConfig": host_config}
    _move_compose_image(body, old, new_image)
    if shares(host_config):
        body.pop("MacAddress", None)
        return CreateSpec(body)
    return _with_networks(body, old, info)


def _with_networks(body: Document, old: Document, info: EngineInfo) -> CreateSpec:
    """Older engines take one network at creation; a newer one loses a MAC address that is told when connecting."""
    joined, primary = endpoints(old, info), primary_network(old)
    takes_all = info.api_at_least(1, 44)
    at_once = joined if takes_all else {name: joined[name] for name in joined if name == primary}
    if at_once and at_once != {primary: {}}:
        body["NetworkingConfig"] = {"EndpointsConfig": at_once}
    later = tuple(Endpoint(name, endpoint) for name, endpoint in joined.items() if name not in at_once)
    return CreateSpec(body, later, () if at_once or primary in ("host", "none") else (primary,))


def lock_body(body: Document, image: str, op: str) -> Document:
    """Given the successor's create body, return that of the container that takes the name and is never started.

    It carries no compose labels (compose would take it for the service) and is marked with the operation it
    belongs to. It has none of the user's mounts, so that it holds on to no volume; except where the engine removes
    the old one with its anonymous volumes when it stops (`--rm`): then holding on to them is what saves them.
    Nor is it bound to any container: Podman would not let that one be removed. It can't be started: somebody may
    start all that there is after a crash.
    """
    lock = deepcopy(body)
    lock["Image"] = image
    labels = {k: v for k, v in (lock.get("Labels") or {}).items() if not k.startswith(COMPOSE_PREFIX)}
    lock["Labels"] = {**labels, OP_LABEL: op}
    lock |= {"Entrypoint": [NEVER_STARTED], "Cmd": []}
    lock.pop("Volumes", None)
    if not lock["HostConfig"].get("AutoRemove"):
        for key in ("Binds", "Mounts", "VolumesFrom"):
            lock["HostConfig"].pop(key, None)
    _unbind(lock["HostConfig"])
    lock["HostConfig"]["RestartPolicy"] = NEVER_RESTARTED
    lock["HostConfig"]["AutoRemove"] = False
    return lock


def _unbind(host_config: Document) -> None:
    if shares(host_config):
        host_config["NetworkMode"] = "none"
    for kind in SHARED:
        if shares(host_config, kind):
            del host_config[kind]
    host_config.pop("Links", None)


def _host_config(old: Document, info: EngineInfo) -> Document:
    host_config: Document = deepcopy(old["HostConfig"])
    host_config["Links"] = [_link(link) for link in host_config.get("Links") or []] or None
    if shares(host_config):
        host_config["PortBindings"] = {}
    if info.is_podman:
        _podman(host_config)
    return host_config


def _link(link: str) -> str:
    """Inspect shows `/db:/web/alias`, create wants `db:alias`."""
    target, _, alias = link.partition(":")
    return f"{target.removeprefix('/')}:{alias.rpartition('/')[2]}"


def _podman(host_config: Document) -> None:
    """Podman refuses both ways of saying a CPU limit at once, and fields that are there but empty."""
    if host_config.get("NanoCpus"):
        for key in ("CpuQuota", "CpuPeriod"):
            host_config.pop(key, None)
    host_config.pop("MemorySwappiness", None)
    for device in host_config.get("Devices") or []:
        if not device.get("CgroupPermissions"):
            device.pop("CgroupPermissions", None)
    for key in [key for key, value in host_config.items() if value is None]:
        del host_config[key]


def _move_compose_image(body: Document, old: Document, new: NewImage) -> None:
    """Compose compares this label with the image it finds: absent or wrong, `up` recreates the container."""
    labels = body.get("Labels") or {}
    said = labels.get(COMPOSE_IMAGE)
    if said is None:
        return
    old_platform = (old.get("ImageManifestDescriptor") or {}).get("digest")
    if said == old["Image"]:
        labels[COMPOSE_IMAGE] = new.image_id
    elif said == old_platform and new.platform_digest:
        labels[COMPOSE_IMAGE] = new.platform_digest
