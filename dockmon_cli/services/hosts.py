"""`hosts`: name engines, look at them, change how they are reached. Verified before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dockmon_cli.core.engine_info import EngineInfo
from dockmon_cli.core.errors import Declared, Declined, DockmonError, NeedsAnswer, UsageError
from dockmon_cli.core.host_url import parse_host_url
from dockmon_cli.core.hosts import (
    LOCAL,
    Host,
    check_host_name,
    configured_hosts,
    declared_host_id,
    find_host,
)
from dockmon_cli.ports.clock import Clock
from dockmon_cli.ports.docker_settings import DockerSettings
from dockmon_cli.ports.engine import Engine, Engines
from dockmon_cli.ports.ssh_keys import SshKeys
from dockmon_cli.ports.store import HostStore, Journal
from dockmon_cli.services.fleet import as_failure, ask_hosts
from dockmon_cli.services.serving import serving

AskKey = Callable[[str, str], bool]
"""Shows somebody at a terminal (host, fingerprint) and returns whether that is the right key."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One host and what was seen of it; `info` is None where it could not be asked, or was not."""

    host: Host
    info: EngineInfo | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """Hosts in order of their names, and why some gave no answer."""

    hosts: tuple[Looked, ...]
    problems: tuple[DockmonError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostDesk:
    """What the commands of `hosts` work with; `ask_key` is None where nobody can be asked."""

    store: HostStore
    journal: Journal
    declared: tuple[Host, ...]
    config_file: str | None
    docker: DockerSettings
    engines: Engines
    keys: SshKeys
    clock: Clock
    machine_id: str
    new_id: Callable[[], str]
    timeout_s: float = 5.0
    ask_key: AskKey | None = None

    def configured(self) -> tuple[Host, ...]:
        """The hosts that somebody named."""
        return configured_hosts(self.declared, self.store.hosts(), self.config_file)

    def serving(self) -> tuple[Host, ...]:
        """The hosts that commands work on: those configured, else the local engine."""
        return serving(self.configured(), self.docker, self.machine_id)

    def changeable(self, name: str) -> Host:
        """The stored host of this name. Raise NotFound, Declared or UsageError where no command can change it."""
        host = find_host(name, self.serving())
        if host.origin == "declared":
            raise Declared([f"{self.config_file} declares the host {name}"], "change it in that file")
        if host.origin == "implied":
            why = f"{name} is not configured: it serves because no host is"
            raise UsageError(why, f"to configure it: dockmon hosts add {LOCAL} {host.url}")
        return host


async def look(desk: HostDesk, names: Sequence[str] = ()) -> Looks:
    """Ask these hosts (all without names) what they are. Raise NotFound for a name that is no host's."""
    known = desk.serving()
    hosts = [find_host(name, known) for name in dict.fromkeys(names)] or known
    told = await ask_hosts(desk.engines, hosts, _info, timeout_s=desk.timeout_s)
    looked = tuple(Looked(each.host, each.value, desk.clock.now() if each.value else None) for each in told)
    return Looks(looked, tuple(each.error for each in told if each.error))


async def add(desk: HostDesk, wanted: Host, *, check: bool) -> Looks:
    """Save a new host once it has answered (with `check`). Nothing is saved when this raises.

    Given `wanted` with any host_id. Raise UsageError for what makes no sense or a name that is taken, HostError
    with the reason why it can't be asked.
    """
    check_host_name(wanted.name)
    _check_options(wanted)
    before = desk.configured()
    _refuse_taken_name(desk, wanted.name, before)
    host_id = declared_host_id(desk.machine_id, LOCAL) if wanted.name == LOCAL else desk.new_id()
    seen = await _verified(desk, replace(wanted, host_id=host_id), check=check)
    twins = await _twins(desk, seen, before)
    desk.store.add_host(seen.host)
    return Looks((seen,), notes=(*_warnings(seen.host), *twins, *_end_of_local(desk, seen.host, before)))


async def change(desk: HostDesk, name: str, altered: Callable[[Host], Host], *, check: bool) -> Looks:
    """Save a stored host as `altered` makes it, under its host_id; verified first where it is reached another way."""
    host = desk.changeable(name)
    wanted = altered(host)
    if wanted.name != host.name:
        check_host_name(wanted.name)
        _refuse_taken_name(desk, wanted.name, desk.configured())
    _check_options(wanted)
    if replace(wanted, name=host.name) == host:
        desk.store.change_host(wanted)
        return Looks((Looked(wanted),))
    seen = await _verified(desk, wanted, check=check)
    desk.store.change_host(seen.host)
    return Looks((seen,), notes=tuple(_warnings(seen.host)))


def what_goes_with(desk: HostDesk, name: str) -> tuple[Host, dict[str, int]]:
    """Return a stored host and how many rows of each sort would be forgotten with it.

    Raise UsageError while an update of one of its containers is not finished: its journal is the way back.
    """
    host = desk.changeable(name)
    open_ones = [row.name for row in desk.journal.unfinished() if row.host_id == host.host_id]
    if open_ones:
        raise UsageError(
            f"{name} can't be forgotten: the update of {', '.join(open_ones)} is not finished",
            "bring it to an end first: dockmon update recover",
        )
    return host, desk.store.settings_of(host.host_id)


def remove(desk: HostDesk, host: Host) -> None:
    """Forget a stored host and all that hangs off it. Its containers stay as they are."""
    desk.store.remove_host(host.host_id)


async def _info(engine: Engine) -> EngineInfo:
    return await engine.info()


def _end_of_local(desk: HostDesk, added: Host, before: Sequence[Host]) -> list[str]:
    """Say that the local engine no longer serves by itself, where it did until now."""
    if before or added.name == LOCAL:
        return []
    try:
        url = desk.docker.local().url
    except DockmonError:  # it could not serve before either
        return []
    again = f"dockmon hosts add {LOCAL} {url}"
    return [f"{LOCAL} no longer serves, now that a host is configured; to keep it and its settings: {again}"]


def _refuse_taken_name(desk: HostDesk, name: str, hosts: Sequence[Host]) -> None:
    taken = next((host for host in hosts if host.name == name), None)
    if taken and taken.origin == "declared":
        raise Declared([f"{desk.config_file} declares a host named {name}"], "choose another name")
    if taken:
        hint = f"choose another name, or change that one: dockmon hosts set {name}"
        raise UsageError(f"a host named {name} exists already ({taken.url})", hint)


def _check_options(host: Host) -> None:
    """Options that the URL's scheme has no use for are mistakes, never ignored."""
    scheme = parse_host_url(host.url).scheme
    if host.tls and scheme != "tcp":
        raise UsageError(f"TLS files go with a tcp URL, not with {scheme}", "leave them out, or correct the URL")
    if (host.ssh_key or host.ssh_host_key) and scheme != "ssh":
        raise UsageError(f"--ssh-key and --ssh-host-key go with an ssh URL, not with {scheme}", "leave them out")


async def _verified(desk: HostDesk, host: Host, *, check: bool) -> Looked:
    """The host as it will be stored, its SSH key decided, and with `check` what it said of itself."""
    if host.scheme == "ssh":
        try:
            host = await _with_host_key(desk, host, check=check)
        except DockmonError as error:
            raise as_failure(host, error) from error
    if not check:
        return Looked(host)
    (told,) = await ask_hosts(desk.engines, [host], _info, timeout_s=desk.timeout_s)
    if told.error:
        raise told.error
    return Looked(host, told.value, desk.clock.now())


async def _with_host_key(desk: HostDesk, host: Host, *, check: bool) -> Host:
    """Decide by which key the host is known: the one given, one in known_hosts, or one that somebody confirms."""
    if host.ssh_host_key:
        given = replace(host, ssh_host_key=desk.keys.read(host.ssh_host_key))
        return replace(given, ssh_host_key=await desk.keys.pinned(given, desk.timeout_s)) if check else given
    if await desk.keys.is_known(host, desk.timeout_s):
        return host
    if desk.ask_key is None:
        raise NeedsAnswer(
            "the host's SSH key is not known here, and there is no terminal to ask on",
            "give it with --ssh-host-key: the key, its SHA256:… fingerprint, or a file", host=host.name,
        )  # fmt: skip
    key = await desk.keys.offered(host, desk.timeout_s)
    if not desk.ask_key(host.name, desk.keys.fingerprint(key)):
        raise Declined("the host's SSH key was not confirmed; nothing is saved", "compare it on the host itself")
    return replace(host, ssh_host_key=key)


def _warnings(host: Host) -> list[str]:
    if host.scheme == "tcp" and host.tls is None:
        return [f"warning: {host.name} is reached without TLS: whoever can reach {host.url} is root there"]
    return []


async def _twins(desk: HostDesk, seen: Looked, others: Sequence[Host]) -> list[str]:
    """Warn where another host's engine calls itself by the same ID."""
    if seen.info is None or not seen.info.engine_id or not others:
        return []
    told = await ask_hosts(desk.engines, others, _info, timeout_s=desk.timeout_s)
    same = [each.host.name for each in told if each.value and each.value.engine_id == seen.info.engine_id]
    return [
        f"warning: {seen.host.name} and {name} have the same engine ID: one machine is a clone of the other, "
        "or both names lead to one engine" for name in same
    ]  # fmt: skip
