"""A pull: the request, and the stream of lines that tells how it goes.

Errors come as a status (which may lie: Docker 28 answers 500 for a registry's 401, 403 and 429) or as a line
inside a 200 stream.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import EngineError
from dockmon_cli.core.registry_access import Credentials
from dockmon_cli.ports.engine import OnLayer

_TOLD = 2000


def registry_auth(repository: str, credentials: Credentials | None) -> dict[str, str]:
    """Given a repository and its login, return the header that hands the login to the engine."""
    if credentials is None:
        return {}
    login = {"serveraddress": repository.partition("/")[0]}
    if credentials.identity_token:
        login["identitytoken"] = credentials.identity_token
    else:
        login |= {"username": credentials.username, "password": credentials.password}
    return {"X-Registry-Auth": base64.urlsafe_b64encode(json.dumps(login).encode()).decode()}


def follow(lines: Iterable[Document], on_layer: OnLayer) -> None:
    """Given the lines of a pull, tell `on_layer` of each layer's progress. Raise EngineError at an error line."""
    for line in lines:
        if "error" in line or "errorDetail" in line:
            raise EngineError(_words(line))
        if layer := line.get("id"):
            progress = line.get("progressDetail") or {}
            done, total = progress.get("current") or 0, progress.get("total") or 0
            on_layer(str(layer), str(line.get("status") or ""), int(done), int(total))


def _words(line: Document) -> str:
    detail = line.get("errorDetail")
    told = detail.get("message") if isinstance(detail, dict) else None
    return str(told or line.get("error") or "the pull failed, and the engine did not say why")[:_TOLD]
