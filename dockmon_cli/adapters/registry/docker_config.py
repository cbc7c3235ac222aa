"""Logins from docker's config.json, read and never written or copied."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockmon_cli.adapters.registry.credential_helper import ask_helper
from dockmon_cli.adapters.registry.surroundings import Surroundings
from dockmon_cli.core.documents import Document
from dockmon_cli.core.errors import ConfigError, DockmonError, RegistryError
from dockmon_cli.core.manifest import parse_json_object
from dockmon_cli.core.reference import DOCKER_HUB, DOCKER_HUB_ALIASES
from dockmon_cli.core.registry_access import Credentials

HUB_KEY = "https://index.docker.io/v1/"
_KEY = re.compile(r"(?:https?://)?([^/]+)(?:/(?:v[12]/?)?)?")
_HINT = "repair it, or make a new one with `docker login`"


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """Finds logins in one config.json.

    `path` is what the configuration names, or None for docker's own: $DOCKER_CONFIG/config.json, else
    ~/.docker/config.json. The file is read anew for each question.
    """

    path: Path | None
    surroundings: Surroundings

    async def credentials(self, registry: str) -> Credentials | None:
        """Given `host[:port]`, return its login, or None where docker knows none.

        The registry's own helper comes first, then credsStore, then auths, as in docker. Raise ConfigError where
        the file that dockmon.toml names can't be read, RegistryError (auth) where docker's own or a helper fails.
        """
        document = self._read()
        key = HUB_KEY if registry == DOCKER_HUB else registry
        helper = _mapping(document, "credHelpers").get(registry) or _mapping(document, "credHelpers").get(key)
        helper = helper or document.get("credsStore")
        if helper:
            found = await ask_helper(str(helper), key, self.surroundings)
            if found is not None:
                return found
        return self._from_auths(_mapping(document, "auths"), registry)

    @property
    def file(self) -> Path | None:
        """Where the logins are looked for; None where there is no home folder either."""
        environment = self.surroundings.environment
        folder, home = environment.get("DOCKER_CONFIG"), environment.get("HOME")
        if self.path is not None or not (folder or home):
            return self.path
        return Path(folder) / "config.json" if folder else Path(home or "") / ".docker" / "config.json"

    def login_hint(self, registry: str) -> str:
        """The command that adds a login where this looks for it."""
        option = f"--config {self.path.parent} " if self.path is not None else ""
        return f"log in with `docker {option}login{'' if registry == DOCKER_HUB else ' ' + registry}`"

    def _read(self) -> Document:
        file = self.file
        if file is None or (self.path is None and not file.exists()):
            return {}
        try:
            return parse_json_object(file.read_bytes())
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else _where(error)
            raise self._broken(f"{file}: {why}") from error

    def _broken(self, message: str) -> DockmonError:
        if self.path is not None:
            return ConfigError([f"registries.docker_config: {message}"], _HINT)
        return RegistryError("auth", message, _HINT)

    def _from_auths(self, auths: Mapping[str, Any], registry: str) -> Credentials | None:
        names = DOCKER_HUB_ALIASES if registry == DOCKER_HUB else {registry}
        wanted = [key for key in auths if key in names] + [
            key for key in auths if key not in names and _host(key) in names
        ]
        try:
            found = (_login(auths[key]) for key in wanted if isinstance(auths[key], dict))
            return next((login for login in found if login is not None), None)
        except ValueError as error:
            raise self._broken(f"{self.file}: the login for {registry} is malformed") from error


def _login(entry: Mapping[str, Any]) -> Credentials | None:
    """Given one entry of auths, return its login; raise ValueError if it can't be read."""
    username, password = str(entry.get("username") or ""), str(entry.get("password") or "")
    encoded, token = entry.get("auth"), str(entry.get("identitytoken") or "")
    if encoded:
        try:
            text = base64.b64decode(str(encoded), validate=True).decode()
        except (binascii.Error, UnicodeError):
            raise ValueError("auth is not base64") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise ValueError("auth is not USER:PASSWORD")
    login = Credentials(username, password.rstrip("\0"), token)
    return login if login != Credentials() else None


def _mapping(document: Document, key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _host(key: str) -> str:
    match = _KEY.fullmatch(key)
    return match[1] if match else ""


def _where(error: ValueError) -> str:
    """Return why a file is no configuration, with the line where the JSON breaks."""
    cause = error.__cause__
    return f"line {cause.lineno}: {cause.msg}" if isinstance(cause, json.JSONDecodeError) else str(error)
