"""How Docker makes a container's `Config` of what the user sent and the image's defaults.

The rule as moby has it (`merge` and the check after it, the same in 20.10 and 28): the user's entries come first and
the image's are added where the user has none of that name; an empty scalar takes the image's; Entrypoint and Cmd
hang together.
"""

from copy import deepcopy
from typing import Any

Document = dict[str, Any]
SCALARS = ("User", "WorkingDir", "StopSignal")
HEALTH = ("Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries")


class NoCommand(Exception):
    """The engine answers 400: nothing says what to run."""


def merged(user: Document, image: Document) -> Document:
    """Return the `Config` that inspect shows. Raise NoCommand where the engine refuses to create."""
    config = deepcopy(user)
    for key in SCALARS:
        config[key] = user.get(key) or image.get(key) or ""
    for key in ("Labels", "ExposedPorts", "Volumes"):
        config[key] = {**(image.get(key) or {}), **(user.get(key) or {})}
    config["Env"] = _env(user.get("Env") or [], image.get("Env") or [])
    config["Healthcheck"] = _health(user.get("Healthcheck"), image.get("Healthcheck"))
    config["Entrypoint"], config["Cmd"] = _command(user, image)
    return config


def effective(config: Document) -> Document:
    """Return what a `Config` comes to: the order of variables does not count, and of one set twice the last does."""
    result = {**config, "Env": variables(config)}
    return {key: value for key, value in result.items() if value}


def variables(config: Document) -> dict[str, str]:
    """Return the process's variables; a name without `=` takes the variable away."""
    found: dict[str, str] = {}
    for entry in config.get("Env") or []:
        name, equals, value = entry.partition("=")
        found.pop(name, None)
        if equals:
            found[name] = value
    return found


def _env(mine: list[str], defaults: list[str]) -> list[str]:
    taken = {entry.partition("=")[0] for entry in mine}
    return mine + [entry for entry in defaults if entry.partition("=")[0] not in taken]


def _health(mine: Document | None, defaults: Document | None) -> Document | None:
    if defaults is None or mine is None:
        return mine if defaults is None else defaults
    found = {key: mine.get(key) or defaults.get(key) for key in HEALTH}
    return {key: value for key, value in found.items() if value}


def _command(user: Document, image: Document) -> tuple[list[str] | None, list[str] | None]:
    entrypoint, cmd = user.get("Entrypoint"), user.get("Cmd")
    if not entrypoint:
        cmd = cmd or image.get("Cmd")
        entrypoint = image.get("Entrypoint") if entrypoint is None else entrypoint
    if entrypoint == [""]:
        entrypoint = None
    if not entrypoint and not cmd:
        raise NoCommand
    return entrypoint, cmd
