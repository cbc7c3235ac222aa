"""A container that shares something of another one follows it to its successor."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace

from dockmon_cli.core.create_spec.build import CreateSpec
from dockmon_cli.core.dependents import SHARED, SHARES, names_id, shares


def rebound(spec: CreateSpec, successors: Mapping[str, str]) -> CreateSpec:
    """Given a create spec and the new ID for each old one, return the spec with the new ones.

    Whatever is called by its name is left: the successor has it.
    """
    body = deepcopy(spec.body)
    host_config = body.get("HostConfig") or {}
    for key in SHARED:
        if shares(host_config, key):
            host_config[key] = SHARES + _successor(str(host_config[key]).removeprefix(SHARES), successors)
    for key in ("VolumesFrom", "Links"):
        if host_config.get(key):
            host_config[key] = [_first_part(str(entry), successors) for entry in host_config[key]]
    return replace(spec, body=body)


def _first_part(entry: str, successors: Mapping[str, str]) -> str:
    target, colon, rest = entry.partition(":")
    return _successor(target, successors) + colon + rest


def _successor(call: str, successors: Mapping[str, str]) -> str:
    return next((new for old, new in successors.items() if names_id(call, old)), call)
