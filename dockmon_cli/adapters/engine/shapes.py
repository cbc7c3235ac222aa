"""What of an engine's documents is read without asking whether it is there, held to be there.

JSON of another shape comes from proxies and from what only resembles an engine. Told here it is one host's failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import HostError

Shape = Mapping[str, type | tuple[type, ...]]
"""Dotted paths and the types that may stand there; what may be missing has NoneType among them."""

ROW: Shape = {
    "Id": str, "Names": (list, NoneType), "Labels": (dict, NoneType), "Ports": (list, NoneType),
    "Created": (int, NoneType), "Image": (str, NoneType), "ImageID": str, "ImageManifestDescriptor": (dict, NoneType),
}  # fmt: skip
CONTAINER: Shape = {
    "Id": str, "Name": str, "Image": str, "Config": dict, "Config.Image": str, "Config.Labels": (dict, NoneType),
    "HostConfig": dict, "State": dict, "NetworkSettings": dict,
}  # fmt: skip
IMAGE: Shape = {
    "Id": str, "Config": (dict, NoneType), "RepoDigests": (list, NoneType), "RootFS": (dict, NoneType),
}  # fmt: skip
DISK_USE: Shape = {"LayersSize": int}
MADE: Shape = {"Id": str}
CHANGE: Shape = {"Path": str, "Kind": int}
EXEC: Shape = {"Running": bool}
EXEC_ENDED: Shape = {"ExitCode": int}
INFO: Shape = {"RegistryConfig": (dict, NoneType), "DriverStatus": (list, NoneType)}

_HINT = "see whether a proxy stands before it, and which release it is: dockmon hosts test HOST"


def checked(document: Any, shape: Shape) -> Document:
    """Given what an engine answered, return it. Raise HostError (`broken_answer`) if it is not of this shape."""
    if not isinstance(document, dict):
        raise broken("it is no JSON object")
    for path, types in shape.items():
        if not isinstance(_at(document, path), types):
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


def _at(document: Document, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
