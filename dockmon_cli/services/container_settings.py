"""What holds for each container's updates: declared and stored rules, configured defaults, and the flags given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dockmon_cli.core.config.model import Config
from dockmon_cli.core.container_settings import BY_NAME, Default, Rule, UpdateSettings, resolve_settings
from dockmon_cli.core.containers import Container


@dataclass(frozen=True, slots=True)
class ContainerSettings:
    """The rules, defaults and flags in force; `flags` are by the setting's name."""

    rules: tuple[Rule, ...] = ()
    defaults: Mapping[str, Default] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)

    def of(self, container: Container) -> UpdateSettings:
        """Given a container with its tags, return what holds for its updates."""
        return resolve_settings(container, self.rules, self.defaults, self.flags)

    def default(self, name: str) -> Any:
        """Given a setting's name, return what holds where nothing speaks of a container."""
        return self.defaults.get(name, Default(BY_NAME[name].default)).value


NOTHING_SAID = ContainerSettings()


def declared_rules(config: Config) -> tuple[Rule, ...]:
    """Given the configuration, return the rules of `[containers.NAME]`, in the file's order."""
    return tuple(
        Rule(
            setting,
            value,
            rule.selector,
            origin=str(config.settings["containers", rule.name, setting].origin),
            name=rule.name,
        )
        for rule in config.containers
        for setting, value in rule.values.items()
    )


def configured_defaults(config: Config) -> dict[str, Default]:
    """Given the configuration, return what `[update]` says for containers that nothing else speaks of."""
    update = config.update
    values = {"track": update.track, "min_age": update.min_age_s, "window": update.window, "order": update.order}
    return {name: Default(value, _origin(config, name)) for name, value in values.items()}


def _origin(config: Config, name: str) -> str:
    origin = config.origin(f"update.{name}")
    return str(origin) if origin.file or origin.variable else "default"
