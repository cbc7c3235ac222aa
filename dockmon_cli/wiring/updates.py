"""What checking and updating works with."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dockmon_cli.wiring.given import Given
from dockmon_cli.wiring.places import (
    HOST_TIMEOUT_S,
    config,
    known_hosts,
    open_store,
    rules_of,
    store_path,
    tags_of,
    who,
)

if TYPE_CHECKING:
    from dockmon_cli.services.update_gather import UpdateTools


@contextmanager
def update_tools(
    given: Given,
    *,
    max_parallel: int | None = None,
    verify_timeout_s: float | None = None,
    host_timeout_s: float | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Iterator[UpdateTools]:
    """Hand out the tools; the store is closed at the end.

    `host_timeout_s` is the limit of each host (for some commands `--timeout` is that of the whole run), `flags` are
    what the command line says of containers' settings, by the setting's name.
    """
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.compose_file import DiskComposeFiles
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.adapters.lock import FileLeases
    from dockmon_cli.adapters.own_container import own_container_ids
    from dockmon_cli.adapters.registry import HttpRegistry
    from dockmon_cli.adapters.system_zone import system_zone
    from dockmon_cli.core.hooks import HookSettings
    from dockmon_cli.core.policy_defaults import patterns_in_force
    from dockmon_cli.core.retention import Limits
    from dockmon_cli.core.windows import Windows
    from dockmon_cli.services.container_settings import ContainerSettings, configured_defaults
    from dockmon_cli.services.policy import Policies
    from dockmon_cli.services.update_gather import UpdateTools

    settings, clock, path = config(given), SystemClock(), store_path(given)
    update, registries = settings.update, settings.registries
    docker_config = Path(registries.docker_config) if registries.docker_config else None
    with open_store(path) as store:
        rules = rules_of(settings, store)
        yield UpdateTools(
            engines=DockerEngines(clock),
            hosts=known_hosts(given, settings),
            registry=HttpRegistry(store.manifests, docker_config, update.lookups, clock=clock),
            checks=store.checks,
            journal=store.journal,
            holds=store.holds,
            refusals=store.refusals,
            records=store.records,
            rules=store.rules,
            windows=Windows(settings.windows, settings.timezone or system_zone(given.env)),
            # Beside the store, so that whoever shares it shares them.
            leases=FileLeases(path.parent / "locks"),
            clock=clock,
            policies=Policies(rules, patterns_in_force(store.patterns.patterns())),
            settings=ContainerSettings(rules, configured_defaults(settings), flags or {}),
            tags=tags_of(settings, store),
            compose_files=DiskComposeFiles(),
            insecure=registries.insecure,
            verify=replace(update.verify, timeout_s=verify_timeout_s or update.verify.timeout_s),
            max_parallel=max_parallel or update.max_parallel,
            by=who(),
            new_op=lambda: secrets.token_hex(6),
            kept=store.kept,
            limits=Limits(update.keep_images, update.keep_min_age_s),
            host_timeout_s=host_timeout_s or HOST_TIMEOUT_S,
            own_ids=own_container_ids(),
            hooks=HookSettings(update.hooks, update.hook_timeout_s),
        )
