"""Where the configuration and the store are, and what they say of hosts and tags."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dockmon_cli.core.config import places
from dockmon_cli.wiring.given import Given

if TYPE_CHECKING:
    from dockmon_cli.adapters.store.quick import QuickRows
    from dockmon_cli.adapters.store.store import Store
    from dockmon_cli.core.config.model import Config
    from dockmon_cli.core.container_settings import Rule
    from dockmon_cli.core.hosts import Host
    from dockmon_cli.core.tags import TagBook

HOST_TIMEOUT_S = 5.0
"""The limit of each host, where nobody said another one."""


def config(given: Given) -> Config:
    """Return the configuration. Raise ConfigError with all that is wrong."""
    from dockmon_cli.adapters.config_file import DiskConfigFiles
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.services.config import load

    return load(DiskConfigFiles(), given.env, given.config, machine_id())


def write_config(path: str, *, replace: bool) -> None:
    """Write a configuration to start from. Raise UsageError if one is there already."""
    from dockmon_cli.adapters.config_file import DiskConfigFiles
    from dockmon_cli.services.config import init

    init(DiskConfigFiles(), path, replace_old=replace)


def store_path(given: Given) -> Path:
    """Return the store's file. Raise StoreError where nothing tells which."""
    folder = places.state_folder(given.state, given.env, is_root=is_root())
    return Path(places.store_file(folder, given.env))


def open_store(path: Path) -> Store:
    """Return the store at `path`; nothing is made before the first write."""
    from dockmon_cli.adapters.store.store import Store

    return Store(path)


def quick_rows(given: Given) -> QuickRows:
    """Return the stored hosts and answers at once, for `ps` and shell completion. Raise StoreError."""
    from dockmon_cli.adapters.store.quick import read

    return read(store_path(given))


def known_hosts(given: Given, settings: Config, rows: QuickRows | None = None) -> tuple[Host, ...]:
    """Return the hosts that commands work on: declared and stored ones, else the local engine."""
    from dockmon_cli.adapters.docker_context import DockerSettingsFiles
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.core.hosts import configured_hosts
    from dockmon_cli.services.serving import serving

    rows = rows or quick_rows(given)
    configured = configured_hosts(settings.hosts, rows.hosts, settings.file)
    return serving(configured, DockerSettingsFiles(given.env), machine_id())


def rules_of(settings: Config, store: Store) -> tuple[Rule, ...]:
    """Return what was said of containers' settings, in the configuration and by commands."""
    from dockmon_cli.services.container_settings import declared_rules

    return (*declared_rules(settings), *store.rules.rules())


def tags_of(settings: Config, store: Store) -> TagBook:
    """Return the user's own tags, declared and stored."""
    from dockmon_cli.core.tags import tag_book

    return tag_book(store.tags.tags(), settings.tags)


def is_root() -> bool:
    """Tell whether root runs this."""
    return os.geteuid() == 0


def who() -> str:
    """Name the user; a uid without an account, as containers and services have, is its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
