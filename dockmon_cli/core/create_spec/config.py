"""What the user set in `Config`: inspect shows it merged with the image's defaults."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Any

from dockmon_cli.core.containers import short_id
from dockmon_cli.core.dependents import shares
from dockmon_cli.core.documents import Document

SCALARS = ("WorkingDir", "User", "StopSignal", "Shell")
MERGED = ("Env", "Labels", "ExposedPorts", "Volumes", "Healthcheck")
"""The engine adds the image's entries to the user's; for Healthcheck these are its fields."""


def user_config(old: Document, image: Document) -> Document:
    """Given a container's inspect document and its image's `Config`, return `Config` without the image's defaults.

    An entry equal to the image's default counts as the image's: the engine keeps no record of who said it.
    """
    config: Document = deepcopy(old["Config"])
    config["Env"] = _own_env(config.get("Env") or [], image.get("Env") or [])
    for key in ("Labels", "Volumes", "Healthcheck"):
        config[key] = _minus(config.get(key), image.get(key))
    config["ExposedPorts"] = _own_ports(old, image)
    for key in SCALARS:
        if config.get(key) == image.get(key):
            config.pop(key, None)
    _command(config, image)
    _hostname(config, old)
    config.pop("OnBuild", None)
    return {key: value for key, value in config.items() if value is not None and (value or key not in MERGED)}


def _own_env(env: list[str], defaults: list[str]) -> list[str]:
    """Where a variable is set twice the last one counts, so none of them may go."""
    times = Counter(entry.partition("=")[0] for entry in env)
    return [entry for entry in env if entry not in defaults or times[entry.partition("=")[0]] > 1]


def _minus(mine: Document | None, defaults: Document | None) -> Document:
    defaults = defaults or {}
    return {key: value for key, value in (mine or {}).items() if key not in defaults or defaults[key] != value}


def _own_ports(old: Document, image: Document) -> Document:
    """Published ports stay among them: the engine publishes none that is not exposed, and the new image may not."""
    exposed = old["Config"].get("ExposedPorts") or {}
    published = old["HostConfig"].get("PortBindings") or {}
    defaults = image.get("ExposedPorts") or {}
    return {port: value for port, value in exposed.items() if port in published or port not in defaults}


def _command(config: Document, image: Document) -> None:
    """Entrypoint and Cmd hang together: the engine leaves the image's Cmd where the user has an Entrypoint.

    `--entrypoint ""` is remembered as null, and said by one empty word; an empty list takes the image's away too,
    but lets its Cmd be the default.
    """
    entrypoint, cmd = config.get("Entrypoint"), config.get("Cmd")
    image_entrypoint, image_cmd = image.get("Entrypoint"), image.get("Cmd")
    if entrypoint is None and image_entrypoint:
        config["Entrypoint"] = [""]
        return
    differs = entrypoint is not None and entrypoint != image_entrypoint
    is_own = differs or bool(entrypoint and image_cmd and not cmd)
    if not is_own:
        config.pop("Entrypoint", None)
    if cmd == image_cmd and not (is_own and entrypoint):
        config.pop("Cmd", None)


def _hostname(config: Document, old: Document) -> None:
    host_config: dict[str, Any] = old["HostConfig"]
    shares_network = shares(host_config)
    if shares_network or host_config.get("UTSMode") == "host" or config.get("Hostname") == short_id(old["Id"]):
        config.pop("Hostname", None)
    if shares_network:  # both names are the other container's
        config.pop("ExposedPorts", None)
        config.pop("Domainname", None)
