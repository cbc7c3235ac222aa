"""What of an engine's documents is read without asking whether it is there, held to be there.

JSON of another shape comes from proxies and from what only resembles an engine. Told here it is one host's failure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any

from dockmon_cli.core.documents import Document, parse_time
from dockmon_cli.core.errors import HostError

Kind = type | tuple[type, ...] | Callable[[Any], bool]
Shape = Mapping[str, Kind]
"""Dotted paths and what may stand there, as types or a test; what may be missing has NoneType among them."""
_YEAR_1, _YEAR_9999 = -62135596800, 253402300799


def _texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _ports(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_port, value)))


def _port(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    numbers = (value.get("PrivatePort"), value.get("PublicPort"))
    return all(isinstance(number, int | None) for number in numbers) and isinstance(value.get("IP"), str | None)


def _seconds(value: Any) -> bool:
    """A moment in seconds since 1970 that a calendar has."""
    return value is None or (isinstance(value, int) and _YEAR_1 <= value <= _YEAR_9999)


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and parse_time(value) is not None
    except (ValueError, OverflowError):
        return False


def _moment_if_any(value: Any) -> bool:
    return value in (None, "") or _moment(value)


ROW: Shape = {
    "Id": str, "Names": _texts, "Labels": (dict, NoneType), "Ports": _ports, "Created": _seconds,
    "Image": (str, NoneType), "ImageID": str, "ImageManifestDescriptor": (dict, NoneType),
}  # fmt: skip
CONTAINER: Shape = {
    "Id": str, "Name": str, "Image": str, "Config": dict, "Config.Image": str, "Config.Labels": (dict, NoneType),
    "HostConfig": dict, "State": dict, "NetworkSettings": dict, "Created": _moment, "RestartCount": (int, NoneType),
    "State.StartedAt": _moment_if_any, "State.FinishedAt": _moment_if_any,
}  # fmt: skip
IMAGE: Shape = {
    "Id": str, "Config": (dict, NoneType), "Config.Labels": (dict, NoneType), "RepoDigests": _texts, "RepoTags": _texts,
    "RootFS": (dict, NoneType),
}  # fmt: skip
DISK_USE: Shape = {"LayersSize": int}
MADE: Shape = {"Id": str}
CHANGE: Shape = {"Path": str, "Kind": int}
EXEC: Shape = {"Running": bool}
EXEC_ENDED: Shape = {"ExitCode": int}
INFO: Shape = {
    "RegistryConfig": (dict, NoneType), "RegistryConfig.IndexConfigs": (dict, NoneType),
    "RegistryConfig.InsecureRegistryCIDRs": _texts, "DriverStatus": (list, NoneType),
}  # fmt: skip

_HINT = "see whether a proxy stands before it, and which release it is: dockmon hosts test HOST"


def checked(document: Any, shape: Shape) -> Document:
    """Given what an engine answered, return it. Raise HostError (`broken_answer`) if it is not of this shape."""
    if not isinstance(document, dict):
        raise broken("it is no JSON object")
    for path, kind in shape.items():
        if not _fits(_at(document, path), kind):
            raise broken(f"its {path} is not as it should be")
    return document


def checked_list(answer: Any, shape: Shape) -> list[Document]:
    """The same for a list of documents; Podman has null for an empty one."""
    if not isinstance(answer, list | NoneType):
        raise broken("it is no JSON list")
    return [checked(document, shape) for document in answer or ()]


def broken(why: str) -> HostError:
    """Return the error for an answer that is JSON, and not Docker's."""
    return HostError("broken_answer", f"the engine's answer is not what Docker's API promises: {why}", _HINT)


def _fits(value: Any, kind: Kind) -> bool:
    return isinstance(value, kind) if isinstance(kind, type | tuple) else kind(value)


def _at(document: Document, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
