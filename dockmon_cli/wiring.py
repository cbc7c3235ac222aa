"""Who is who: the one place that builds real adapters and hands them to services.

A flat list of small functions. Libraries and adapters are imported inside them, so that a command loads only
what it uses.
"""

from __future__ import annotations

import getpass
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dockmon_cli.core.config import places

if TYPE_CHECKING:
    from dockmon_cli.adapters.lock import FileLeases
    from dockmon_cli.adapters.store.quick import QuickRows
    from dockmon_cli.adapters.store.store import Store
    from dockmon_cli.core.config.model import Config
    from dockmon_cli.core.hosts import Host
    from dockmon_cli.core.selection import Selector
    from dockmon_cli.services.hosts import AskKey, HostDesk
    from dockmon_cli.services.patterns import PatternDesk
    from dockmon_cli.services.policy import Explanation
    from dockmon_cli.services.ps import Listing, Wanted
    from dockmon_cli.services.rules import RuleDesk
    from dockmon_cli.services.tags import TagDesk
    from dockmon_cli.services.update_gather import UpdateTools


def open_store(path: Path) -> Store:
    """Return the store at `path` (see `core.config.places.store_file`); nothing is made before the first write."""
    from dockmon_cli.adapters.store.store import Store

    return Store(path)


def quick_rows(path: Path) -> QuickRows:
    """Return the stored hosts and answers at once, for `ps` and shell completion. Raise StoreError."""
    from dockmon_cli.adapters.store.quick import read

    return read(path)


def _who() -> str:
    """Name the user; a uid without an account, as containers and services have, is its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def leases(state: Path) -> FileLeases:
    """Return the leases kept beside a store, so that whoever shares the store shares them."""
    from dockmon_cli.adapters.lock import FileLeases

    return FileLeases(state / "locks")


def is_root() -> bool:
    """Tell whether root runs this."""
    return os.geteuid() == 0


def state_folder(flag: str | None, env: Mapping[str, str]) -> Path:
    """Return the state folder, given `--state`. Raise StoreError where nothing tells which."""
    return Path(places.state_folder(flag, env, is_root=is_root()))


def store_path(flag: str | None, env: Mapping[str, str]) -> Path:
    """Return the store's file, given `--state`. Raise StoreError where nothing tells which."""
    return Path(places.store_file(str(state_folder(flag, env)), env))


def config(flag: str | None, env: Mapping[str, str]) -> Config:
    """Return the configuration, given `--config`. Raise ConfigError with all that is wrong."""
    from dockmon_cli.adapters.config_file import DiskConfigFiles
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.services.config import load

    return load(DiskConfigFiles(), env, flag, machine_id())


def write_config(path: str, *, replace: bool) -> None:
    """Write a configuration to start from. Raise UsageError if one is there already."""
    from dockmon_cli.adapters.config_file import DiskConfigFiles
    from dockmon_cli.services.config import init

    init(DiskConfigFiles(), path, replace_old=replace)


@contextmanager
def update_tools(
    config_flag: str | None,
    state_flag: str | None,
    env: Mapping[str, str],
    *,
    max_parallel: int | None = None,
    verify_timeout_s: float | None = None,
    host_timeout_s: float | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Iterator[UpdateTools]:
    """Hand out what checking and updating works with; the store is closed at the end.

    `flags` are what the command line says of containers' settings, by the setting's name.
    """
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.compose_file import DiskComposeFiles
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.adapters.own_container import own_container_ids
    from dockmon_cli.adapters.registry import HttpRegistry
    from dockmon_cli.adapters.system_zone import system_zone
    from dockmon_cli.core.hooks import HookSettings
    from dockmon_cli.core.policy_defaults import patterns_in_force
    from dockmon_cli.core.retention import Limits
    from dockmon_cli.core.tags import tag_book
    from dockmon_cli.core.verify import VerifySettings
    from dockmon_cli.core.windows import Windows
    from dockmon_cli.services.container_settings import ContainerSettings, configured_defaults, declared_rules
    from dockmon_cli.services.policy import Policies
    from dockmon_cli.services.update_gather import UpdateTools

    settings, clock = config(config_flag, env), SystemClock()
    update, registries = settings.update, settings.registries
    docker_config = Path(registries.docker_config) if registries.docker_config else None
    with open_store(store_path(state_flag, env)) as store:
        rules = (*declared_rules(settings), *store.rules.rules())
        yield UpdateTools(
            engines=DockerEngines(clock),
            hosts=known_hosts(settings, store_path(state_flag, env), env),
            registry=HttpRegistry(store.manifests, docker_config, update.lookups, clock=clock),
            checks=store.checks,
            journal=store.journal,
            holds=store.holds,
            refusals=store.refusals,
            records=store.records,
            rules=store.rules,
            windows=Windows(settings.windows, settings.timezone or system_zone(env)),
            leases=leases(store_path(state_flag, env).parent),
            clock=clock,
            policies=Policies(rules, patterns_in_force(store.patterns.patterns())),
            settings=ContainerSettings(rules, configured_defaults(settings), flags or {}),
            tags=tag_book(store.tags.tags(), settings.tags),
            compose_files=DiskComposeFiles(),
            insecure=registries.insecure,
            verify=VerifySettings(update.verify.stable_for_s, verify_timeout_s or update.verify.timeout_s),
            max_parallel=max_parallel or update.max_parallel,
            by=_who(),
            new_op=lambda: secrets.token_hex(6),
            kept=store.kept,
            limits=Limits(update.keep_images, update.keep_min_age_s),
            host_timeout_s=host_timeout_s or 5.0,
            own_ids=own_container_ids(),
            hooks=HookSettings(update.hooks, update.hook_timeout_s),
        )


def known_hosts(settings: Config, store_file: Path, env: Mapping[str, str]) -> tuple[Host, ...]:
    """Return the hosts that commands work on: declared and stored ones, else the local engine."""
    from dockmon_cli.adapters.docker_context import DockerSettingsFiles
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.core.hosts import configured_hosts
    from dockmon_cli.services.serving import serving

    configured = configured_hosts(settings.hosts, quick_rows(store_file).hosts, settings.file)
    return serving(configured, DockerSettingsFiles(env), machine_id())


async def ps(
    config_flag: str | None, state_flag: str | None, env: Mapping[str, str], wanted: Wanted, *, timeout_s: float | None
) -> Listing:
    """Return the containers wanted, with the stored answers; `timeout_s` is the limit of each host."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.core.tags import tag_book
    from dockmon_cli.services.ps import ps

    settings, store_file = config(config_flag, env), store_path(state_flag, env)
    hosts = known_hosts(settings, store_file, env)
    stored = quick_rows(store_file)
    tags = tag_book(stored.tags, settings.tags)
    return await ps(DockerEngines(SystemClock()), hosts, stored.answers, wanted, timeout_s=timeout_s or 5.0, tags=tags)


@contextmanager
def host_desk(
    config_flag: str | None,
    state_flag: str | None,
    env: Mapping[str, str],
    *,
    timeout_s: float | None,
    ask_key: AskKey | None,
) -> Iterator[HostDesk]:
    """Hand out what the commands of `hosts` work with; the store is closed at the end."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.docker_context import DockerSettingsFiles
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.adapters.engine.host_keys import OpenSshKeys
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.services.hosts import HostDesk

    settings, clock = config(config_flag, env), SystemClock()
    with open_store(store_path(state_flag, env)) as store:
        yield HostDesk(
            store=store.hosts,
            journal=store.journal,
            declared=settings.hosts,
            config_file=settings.file,
            docker=DockerSettingsFiles(env),
            engines=DockerEngines(clock),
            keys=OpenSshKeys(),
            clock=clock,
            machine_id=machine_id(),
            new_id=lambda: str(uuid.uuid4()),
            timeout_s=timeout_s or 5.0,
            ask_key=ask_key,
        )


async def explain_policy(
    config_flag: str | None,
    state_flag: str | None,
    env: Mapping[str, str],
    selector: Selector,
    *,
    timeout_s: float | None,
) -> Explanation:
    """Return what each level of the policy says of the selected containers; `timeout_s` is the limit of each host."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.core.policy_defaults import patterns_in_force
    from dockmon_cli.core.tags import tag_book
    from dockmon_cli.services.container_settings import declared_rules
    from dockmon_cli.services.policy import Policies, explain

    settings, store_file = config(config_flag, env), store_path(state_flag, env)
    with open_store(store_file) as store:
        rules = (*declared_rules(settings), *store.rules.rules())
        policies = Policies(rules, patterns_in_force(store.patterns.patterns()))
        tags = tag_book(store.tags.tags(), settings.tags)
    return await explain(
        DockerEngines(SystemClock()),
        known_hosts(settings, store_file, env),
        selector,
        policies,
        timeout_s=timeout_s or 5.0,
        tags=tags,
        update_states={key: answer.state for key, answer in quick_rows(store_file).answers.items()},
    )


@contextmanager
def rule_desk(
    config_flag: str | None, state_flag: str | None, env: Mapping[str, str], *, timeout_s: float | None
) -> Iterator[RuleDesk]:
    """Hand out what setting something for containers works with; the store is closed at the end."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.core.tags import tag_book
    from dockmon_cli.services.container_settings import declared_rules
    from dockmon_cli.services.rules import RuleDesk

    settings, store_file, clock = config(config_flag, env), store_path(state_flag, env), SystemClock()
    with open_store(store_file) as store:
        yield RuleDesk(
            engines=DockerEngines(clock),
            hosts=known_hosts(settings, store_file, env),
            store=store.rules,
            declared=declared_rules(settings),
            clock=clock,
            by=_who(),
            tags=tag_book(store.tags.tags(), settings.tags),
            timeout_s=timeout_s or 5.0,
        )


@contextmanager
def pattern_desk(config_flag: str | None, state_flag: str | None, env: Mapping[str, str]) -> Iterator[PatternDesk]:
    """Hand out what the commands about patterns work with; the store is closed at the end."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.services.patterns import PatternDesk

    config(config_flag, env)  # a configuration with mistakes stops every command that looks at anything
    with open_store(store_path(state_flag, env)) as store:
        yield PatternDesk(store.patterns, SystemClock(), _who())


@contextmanager
def tag_desk(
    config_flag: str | None, state_flag: str | None, env: Mapping[str, str], *, timeout_s: float | None
) -> Iterator[TagDesk]:
    """Hand out what the commands about tags work with; the store is closed at the end."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.services.tags import TagDesk

    settings, store_file, clock = config(config_flag, env), store_path(state_flag, env), SystemClock()
    with open_store(store_file) as store:
        yield TagDesk(
            engines=DockerEngines(clock),
            hosts=known_hosts(settings, store_file, env),
            store=store.tags,
            declared=settings.tags,
            config_file=settings.file,
            clock=clock,
            by=_who(),
            timeout_s=timeout_s or 5.0,
        )
