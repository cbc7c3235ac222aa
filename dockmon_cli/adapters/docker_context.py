"""Where the `docker` command would find engines: its environment, its contexts, and the usual sockets.

Docker's own order (docs.docker.com/engine/manage-resources/contexts): DOCKER_HOST, then DOCKER_CONTEXT, then the
current context of config.json, then the default socket. A context is a folder named by the SHA-256 of its name,
with meta.json and, where it has them, TLS files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dockmon_cli.core.errors import NotFound, UsageError
from dockmon_cli.core.host_url import DEFAULT_SOCKET
from dockmon_cli.core.hosts import Endpoint, TlsFiles
from dockmon_cli.core.text import did_you_mean

_DEFAULT = "default"
_TLS_FILES = ("ca", "cert", "key")


class DockerSettingsFiles:
    """Implements `ports.docker_settings.DockerSettings`, given the environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._folder = Path(env.get("DOCKER_CONFIG") or Path(env.get("HOME") or "/", ".docker"))

    def local(self) -> Endpoint:
        """The engine that `docker` would talk to."""
        if url := self._env.get("DOCKER_HOST"):
            return Endpoint(_DEFAULT, url, self._tls_of_environment(url))
        name = self._env.get("DOCKER_CONTEXT") or self._current_context()
        if name and name != _DEFAULT:
            return _usable(self.contexts([name])[0])
        return Endpoint(_DEFAULT, f"unix://{self._socket()}")

    def contexts(self, names: Sequence[str]) -> list[Endpoint]:
        """The contexts of these names, all but `default` without names."""
        known = {endpoint.name: endpoint for endpoint in self._all_contexts()}
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known) or f"contexts: {', '.join(sorted(known)) or 'none'}"
                raise NotFound(f"docker has no context {name}", hint, target=name)
        return [known[name] for name in names or sorted(known)]

    def _tls_of_environment(self, url: str) -> TlsFiles | None:
        wanted = self._env.get("DOCKER_TLS_VERIFY") or self._env.get("DOCKER_CERT_PATH")
        if not (wanted and url.startswith("tcp://")):
            return None
        folder = Path(self._env.get("DOCKER_CERT_PATH") or self._folder)
        return TlsFiles(*(str(folder / f"{part}.pem") for part in _TLS_FILES))

    def _current_context(self) -> str:
        name = _json(self._folder / "config.json").get("currentContext")
        return name if isinstance(name, str) else ""

    def _socket(self) -> str:
        """The first of the usual sockets that is there: Docker's, rootless Docker's, Podman's; else Docker's."""
        runtime = self._env.get("XDG_RUNTIME_DIR")
        own = [f"{runtime}/docker.sock", f"{runtime}/podman/podman.sock"] if runtime else []
        places = [DEFAULT_SOCKET, *own[:1], "/run/podman/podman.sock", *own[1:]]
        return next((place for place in places if Path(place).exists()), DEFAULT_SOCKET)

    def _all_contexts(self) -> list[Endpoint]:
        files = sorted(self._folder.glob("contexts/meta/*/meta.json"))
        return [endpoint for file in files if (endpoint := self._context(_json(file)))]

    def _context(self, meta: dict[str, Any]) -> Endpoint | None:
        name, endpoints = meta.get("Name"), meta.get("Endpoints")
        docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
        if not isinstance(name, str) or not isinstance(docker, dict):
            return None
        unverified = bool(docker.get("SkipTLSVerify"))
        problem = "it turns the verification of TLS off, which dockmon never does" if unverified else ""
        return Endpoint(name, str(docker.get("Host") or ""), self._tls_of_context(name), problem)

    def _tls_of_context(self, name: str) -> TlsFiles | None:
        folder = self._folder / "contexts/tls" / hashlib.sha256(name.encode()).hexdigest() / "docker"
        files = {part: str(folder / f"{part}.pem") for part in _TLS_FILES if (folder / f"{part}.pem").is_file()}
        return TlsFiles(**files) if files else None


def _usable(endpoint: Endpoint) -> Endpoint:
    if endpoint.problem:
        why = f"docker's context {endpoint.name} can't serve: {endpoint.problem}"
        raise UsageError(why, "name the engine with `dockmon hosts add NAME URL --tls-dir DIR`")
    return endpoint


def _json(file: Path) -> dict[str, Any]:
    """The object in a file; an empty one where there is no file, or none that can be read."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
