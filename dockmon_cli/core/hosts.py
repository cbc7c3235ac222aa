"""A host: one Docker engine and how to reach it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dockmon_cli.core.errors import Declared, NotFound, UsageError
from dockmon_cli.core.text import did_you_mean

HOST_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
Origin = Literal["implied", "declared", "stored"]


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of PEM files for mutual TLS: the CA that signed the engine, our certificate and its key."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """One configured engine.

    `url` is `unix:///path`, `tcp://host:port` or `ssh://[user@]host[:port][/path/to.sock]`.
    `ssh_host_key` is a public key (`ssh-ed25519 AAAA…`) or its `SHA256:…` fingerprint; None means that the
    user's known_hosts decides. `origin` tells who named it: nobody (`implied`), the configuration file, or `hosts add`.
    """

    host_id: str
    name: str
    url: str
    tls: TlsFiles | None = None
    ssh_key: str | None = None
    ssh_host_key: str | None = None
    origin: Origin = "stored"

    @property
    def scheme(self) -> str:
        """`unix`, `tcp` or `ssh`."""
        return self.url.partition("://")[0]


def declared_host_id(machine_id: str, name: str) -> str:
    """Given this machine's ID and a host's name, return the host_id of a host that no command stored.

    Both `local` and hosts declared in TOML get it, so that reading commands need not write one down.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"dockmon:{machine_id}:{name}"))


LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An engine that Docker's own settings name: a context, or the one that `docker` would talk to.

    `problem` says why dockmon can't use it, where it can't.
    """

    name: str
    url: str
    tls: TlsFiles | None = None
    problem: str = ""


def local_host(endpoint: Endpoint, machine_id: str) -> Host:
    """Given what `docker` would talk to, return the host that serves while none is configured."""
    return Host(declared_host_id(machine_id, LOCAL), LOCAL, endpoint.url, endpoint.tls, origin="implied")


def configured_hosts(declared: Sequence[Host], stored: Sequence[Host], file: str | None) -> tuple[Host, ...]:
    """Given the hosts of the configuration file and of the store, return all by name.

    Raise ConfigError for a name that both hold.
    """
    twice = sorted({host.name for host in declared} & {host.name for host in stored})
    if twice:
        problems = [f"{file}: the host {name} is declared here and stored as well" for name in twice]
        raise Declared(problems, "take it out of the file, or remove the stored one with that line set aside")
    return tuple(sorted((*declared, *stored), key=lambda host: host.name))


def find_host(name: str, hosts: Sequence[Host]) -> Host:
    """Given a name and all hosts, return the host. Raise NotFound, with the nearest name there is."""
    for host in hosts:
        if host.name == name:
            return host
    known = [host.name for host in hosts]
    hint = did_you_mean(name, known) or f"hosts: {', '.join(known) or 'none'}"
    raise NotFound(f"no host is called {name}", hint, target=name)


def check_host_name(name: str) -> None:
    """Raise UsageError unless `name` can be a host's."""
    if not HOST_NAME.match(name):
        hint = "small letters, digits, '.', '_' and '-', beginning with a letter or digit"
        raise UsageError(f"{name!r} can't be a host's name", hint)
