"""The configuration as the services use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from dockmon_cli.core.config.keys import Path
from dockmon_cli.core.config.settings import Origin, Setting, Settings
from dockmon_cli.core.container_settings import Order
from dockmon_cli.core.hosts import Host, TlsFiles, declared_host_id
from dockmon_cli.core.selection import Selector, parse_selector
from dockmon_cli.core.tag_candidates import Track
from dockmon_cli.core.verify import VerifySettings

_SELECTING = frozenset({"target", "host", "tag", "filter"})
# The keys of [update] that are durations: their values are seconds, and called so.
_SECONDS = frozenset({"min_age", "keep_min_age", "hook_timeout"})


@dataclass(frozen=True, slots=True)
class ContainerRule:
    """One `[containers.NAME]`: what it covers, and what holds for it, by setting (`policy`, `track`, …)."""

    name: str
    selector: Selector
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registries:
    """`[registries]`; `docker_config` None means docker's own place."""

    docker_config: str | None = None
    insecure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """`[update]`; ages and time-outs in seconds, `window` None is any time."""

    max_parallel: int = 2
    lookups: int = 16
    track: Track = "exact"
    min_age_s: float = 0.0
    window: str | None = None
    order: Order = "stop-first"
    keep_images: int = 1
    keep_min_age_s: float = 7 * 86400.0
    hooks: bool = False
    hook_timeout_s: float = 60.0
    verify: VerifySettings = field(default_factory=VerifySettings)


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. `file` is the one that was read, None where there is none; `settings` are all keys, by path."""

    hosts: tuple[Host, ...] = ()
    containers: tuple[ContainerRule, ...] = ()
    registries: Registries = Registries()
    update: Update = Update()
    timezone: str | None = None
    windows: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: str | None = None
    settings: Settings = field(default_factory=dict)

    def origin(self, name: str) -> Origin:
        """Given a key (`update.lookups`) or a table (`hosts.nas`), return where it was set: its first key's place."""
        path = tuple(name.split("."))
        found = (setting.origin for setting in self.settings.values() if setting.path[: len(path)] == path)
        return min(found, key=lambda origin: origin.line or 0, default=Origin())


def build(settings: Mapping[Path, Setting], machine_id: str, file: str | None) -> Config:
    """Given valid settings, return the configuration; hosts get the host_id of this machine and their name."""
    return Config(
        hosts=tuple(_host(name, keys, machine_id) for name, keys in _named(settings, "hosts").items()),
        containers=tuple(_rule(name, keys) for name, keys in _named(settings, "containers").items()),
        registries=_registries(settings),
        update=_update(settings),
        timezone=cast("str | None", settings["timezone",].value),
        windows=cast("Mapping[str, str]", _plain(settings, "windows")),
        tags=cast("Mapping[str, tuple[str, ...]]", _plain(settings, "tags")),
        file=file,
        settings=dict(settings),
    )


def _named(settings: Mapping[Path, Setting], table: str) -> dict[str, dict[str, object]]:
    """The things of one table with their keys, by the user's names, in the file's order."""
    found: dict[str, dict[str, object]] = {}
    for path, setting in settings.items():
        if path[0] == table:
            found.setdefault(path[1], {})[path[2]] = setting.value
    return found


def _plain(settings: Mapping[Path, Setting], *table: str) -> dict[str, object]:
    return {path[-1]: setting.value for path, setting in settings.items() if path[:-1] == table}


def _host(name: str, keys: Mapping[str, object], machine_id: str) -> Host:
    text = cast("Mapping[str, str]", keys)
    return Host(
        host_id=declared_host_id(machine_id, name),
        name=name,
        url=text["url"],
        tls=_tls(text),
        ssh_key=text.get("ssh_key"),
        ssh_host_key=text.get("ssh_host_key"),
        origin="declared",
    )


def _tls(keys: Mapping[str, str]) -> TlsFiles | None:
    """The files named one by one, else those of the folder; None where neither is given."""
    folder = keys.get("tls_dir")
    files = {part: keys.get(f"tls_{part}") or (folder and f"{folder}/{part}.pem") for part in ("ca", "cert", "key")}
    return TlsFiles(**files) if any(files.values()) else None


def _rule(name: str, keys: Mapping[str, object]) -> ContainerRule:
    words = cast("Mapping[str, tuple[str, ...]]", keys)
    selector = parse_selector(
        words.get("target", ()), words.get("host", ()), words.get("tag", ()), words.get("filter", ())
    )
    return ContainerRule(name, selector, {word: value for word, value in keys.items() if word not in _SELECTING})


def _registries(settings: Mapping[Path, Setting]) -> Registries:
    plain = _plain(settings, "registries")
    return Registries(cast("str | None", plain["docker_config"]), cast("tuple[str, ...]", plain["insecure"]))


def _update(settings: Mapping[Path, Setting]) -> Update:
    plain, verify = _plain(settings, "update"), _plain(settings, "update", "verify")
    named = {f"{word}_s" if word in _SECONDS else word: value for word, value in plain.items()}
    proof = VerifySettings(cast("float", verify["stable_for"]), cast("float | None", verify["timeout"]))
    return Update(**cast("dict[str, Any]", named), verify=proof)
