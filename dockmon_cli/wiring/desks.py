"""What the commands work with that set something; each is handed out with the store open, and closes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dockmon_cli.wiring.given import Given
from dockmon_cli.wiring.places import (
    HOST_TIMEOUT_S,
    config,
    known_hosts,
    open_store,
    store_path,
    tags_of,
    who,
)

if TYPE_CHECKING:
    from dockmon_cli.services.hosts import AskKey, HostDesk
    from dockmon_cli.services.patterns import PatternDesk
    from dockmon_cli.services.rules import RuleDesk
    from dockmon_cli.services.tags import TagDesk


@contextmanager
def host_desk(given: Given, *, ask_key: AskKey | None) -> Iterator[HostDesk]:
    """Hand out what the commands of `hosts` work with."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.docker_context import DockerSettingsFiles
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.adapters.engine.host_keys import OpenSshKeys
    from dockmon_cli.adapters.machine_id import machine_id
    from dockmon_cli.services.hosts import HostDesk

    settings, clock = config(given), SystemClock()
    with open_store(store_path(given)) as store:
        yield HostDesk(
            store=store.hosts,
            journal=store.journal,
            declared=settings.hosts,
            config_file=settings.file,
            docker=DockerSettingsFiles(given.env),
            engines=DockerEngines(clock),
            keys=OpenSshKeys(),
            clock=clock,
            machine_id=machine_id(),
            new_id=lambda: str(uuid.uuid4()),
            timeout_s=given.timeout_s or HOST_TIMEOUT_S,
            ask_key=ask_key,
        )


@contextmanager
def rule_desk(given: Given) -> Iterator[RuleDesk]:
    """Hand out what setting something for containers works with."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.services.container_settings import declared_rules
    from dockmon_cli.services.rules import RuleDesk

    settings, clock = config(given), SystemClock()
    with open_store(store_path(given)) as store:
        yield RuleDesk(
            engines=DockerEngines(clock),
            hosts=known_hosts(given, settings),
            store=store.rules,
            declared=declared_rules(settings),
            clock=clock,
            by=who(),
            tags=tags_of(settings, store),
            timeout_s=given.timeout_s or HOST_TIMEOUT_S,
        )


@contextmanager
def pattern_desk(given: Given) -> Iterator[PatternDesk]:
    """Hand out what the commands about patterns work with."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.services.patterns import PatternDesk

    config(given)  # a configuration with mistakes stops every command that looks at anything
    with open_store(store_path(given)) as store:
        yield PatternDesk(store.patterns, SystemClock(), who())


@contextmanager
def tag_desk(given: Given) -> Iterator[TagDesk]:
    """Hand out what the commands about tags work with."""
    from dockmon_cli.adapters.clock import SystemClock
    from dockmon_cli.adapters.engine.engines import DockerEngines
    from dockmon_cli.services.tags import TagDesk

    settings, clock = config(given), SystemClock()
    with open_store(store_path(given)) as store:
        yield TagDesk(
            engines=DockerEngines(clock),
            hosts=known_hosts(given, settings),
            store=store.tags,
            declared=settings.tags,
            config_file=settings.file,
            clock=clock,
            by=who(),
            timeout_s=given.timeout_s or HOST_TIMEOUT_S,
        )
