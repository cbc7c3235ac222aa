"""A real registry on the lab's bridge address."""

import ctypes
import re
import secrets
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import yaml

from tests.lab import cache
from tests.lab.errors import StartError
from tests.lab.processes import plain_environment, wait_until
from tests.lab.push import USER_AGENT, Pusher
from tests.lab.recipes import Recipe, cook
from tests.lab.sandbox import Sandbox
from tests.lab.tls import Tls

USER = "lab"
ACCESS = re.compile(
    r'^\S+ - \S+ \[[^]]+\] "(?P<method>[A-Z]+) (?P<path>\S+) [^"]+" (?P<status>\d+) \S+ "[^"]*" "(?P<agent>[^"]*)"$'
)


@dataclass(frozen=True)
class Request:
    """One request that somebody else than the lab's own helpers made."""

    method: str
    path: str
    status: int
    user_agent: str = ""


@dataclass(frozen=True)
class Pushed:
    """What a tag answers now."""

    ref: str
    digest: str
    manifests: Mapping[str, str]
    config_digest: str

    @property
    def by_digest(self) -> str:
        """The reference that names exactly this content."""
        return f"{self.ref.rpartition(':')[0]}@{self.digest}"


class Registry:
    """A running registry and its access log."""

    def __init__(self, folder: Path, host: str, sandbox: Sandbox, *, private: bool, tls: Tls | None) -> None:
        """Start a registry at HOST with its data in FOLDER; with PRIVATE it wants `user` and `password`."""
        self.host = host
        self.user = USER if private else ""
        self.password = secrets.token_hex(8) if private else ""
        self._folder = folder
        self._tls = tls
        self._sandbox = sandbox
        self._log = folder / "registry.log"
        self._read_from = 0
        (folder / "config.yml").write_text(yaml.safe_dump(self._settings()))
        self._pusher = Pusher(host, (self.user, self.password) if private else None, self.ca)
        self.start()

    @property
    def ca(self) -> Path | None:
        """The certificate of the authority behind a registry with TLS."""
        return self._tls.authority.certificate if self._tls else None

    @property
    def requests(self) -> list[Request]:
        """The requests since the start or the last `clear_requests`, in order, those of the lab's helpers left out."""
        with self._log.open("rb") as file:
            file.seek(self._read_from)
            lines = file.read().decode(errors="replace").splitlines()
        found = [match for line in lines if (match := ACCESS.match(line))]
        return [
            Request(match["method"], match["path"], int(match["status"]), match["agent"])
            for match in found
            if match["agent"] != USER_AGENT
        ]

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._read_from = self._log.stat().st_size

    def push(self, repository: str, tag: str, **recipe: Unpack[Recipe]) -> Pushed:
        """Put an image under a tag and return what the tag answers now."""
        dish = cook(recipe)
        for image in (*dish.images, *dish.attestations):
            self._pusher.image(repository, image)
        self._pusher.manifest(repository, tag, dish.top)
        manifests = {image.platform: image.manifest.digest for image in dish.images}
        config_digest = dish.images[0].config.digest
        return Pushed(f"{self.host}/{repository}:{tag}", dish.top.digest, manifests, config_digest)

    def delete(self, repository: str, digest: str) -> None:
        """Delete a manifest by digest; tags that name it answer 404 from then on."""
        self._pusher.delete(repository, digest)

    def delete_tag(self, repository: str, tag: str) -> None:
        """Delete a tag alone; its manifest can still be had by digest."""
        shutil.rmtree(self._folder / "data/docker/registry/v2/repositories" / repository / "_manifests/tags" / tag)

    def start(self) -> None:
        """Start it, again on the same data after a `stop`. Raise StartError with its log if it does not answer."""
        argv = ["docker-registry", "serve", str(self._folder / "config.yml")]
        self._process = self._sandbox.spawn(argv, self._log, plain_environment(cache.get("base") / "usr/bin"))
        wait_until(lambda: self._pusher.ready() or not self._process.running(), 30)
        if not self._process.running() or not self._pusher.ready():
            raise StartError(f"the registry at {self.host} did not start", self._log)

    def stop(self) -> None:
        """Stop it: its port refuses connections from then on."""
        self._process.signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Close the helpers' connection; the process ends with its sandbox."""
        self._pusher.close()

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "version": 0.1,
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(self._folder / "data")}, "delete": {"enabled": True}},
            "http": {"addr": self.host, "secret": secrets.token_hex(8)},
        }
        if self._tls:
            certificate, key = map(str, self._tls.server)
            settings["http"]["tls"] = {"certificate": certificate, "key": key}
        if self.user:
            accounts = self._folder / "htpasswd"
            accounts.write_text(f"{self.user}:{bcrypt(self.password)}\n")
            settings["auth"] = {"htpasswd": {"realm": "lab", "path": str(accounts)}}
        return settings


def bcrypt(password: str) -> str:
    """Return the bcrypt hash of PASSWORD, the only kind the registry takes, by the C library every Debian has."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    salt = f"$2b$04${secrets.token_hex(11)}"
    found: bytes = library.crypt(password.encode(), salt.encode())
    return found.decode()
