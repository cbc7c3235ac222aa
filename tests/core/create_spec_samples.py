"""Inspect documents small enough to read, and the create specs made of them."""

from dataclasses import replace
from typing import Any

from dockmon_cli.core.create_spec import CreateSpec, NewImage, build
from dockmon_cli.core.engine_info import EngineInfo

Document = dict[str, Any]
ID = "0123456789ab" + "c" * 52
NEW = EngineInfo("id", "26.1.5", "1.45", "linux", "amd64")
OLD = replace(NEW, version="20.10.24", api_version="1.41")
PODMAN = replace(OLD, is_podman=True)


def container(
    config: Document | None = None, host_config: Document | None = None, networks: Document | None = None, **rest: Any
) -> Document:
    return {
        "Id": ID,
        "Image": "sha256:old",
        "Config": {"Hostname": ID[:12], **(config or {})},
        "HostConfig": {"NetworkMode": "front", **(host_config or {})},
        "NetworkSettings": {"Networks": {"front": {}} if networks is None else networks},
        "Mounts": [],
        **rest,
    }


def spec_of(
    old: Document, info: EngineInfo = NEW, image: Document | None = None, new: NewImage | None = None
) -> CreateSpec:
    return build(old, image or {}, info, image="web:1", new_image=new or NewImage("sha256:new", "sha256:platform"))


def endpoints_of(spec: CreateSpec) -> Document:
    found: Document = spec.body.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    return found
