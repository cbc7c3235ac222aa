"""What holds for one container, setting by setting, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar, cast

from dockmon_cli.core.container_settings.rule import RULE_SCOPES, Rule
from dockmon_cli.core.container_settings.table import SETTINGS, ContainerSetting, Order
from dockmon_cli.core.container_settings.values import shown_text
from dockmon_cli.core.containers import Container
from dockmon_cli.core.tag_candidates import Track, Tracking

Scope = Literal["flag", "label", "target", "tag", "host", "filter", "image", "default"]
"""By what a value holds, from strong to weak. image: a label that nobody but the image's maker gave."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """A setting's value, where it stands in words, and by what it holds.

    `rule` is the rule that said it, where it was one. `note` tells what was wrong with a label, or what else was
    said with the same or less strength.
    """

    value: T
    origin: str = "default"
    scope: Scope = "default"
    rule: Rule | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """Everything that holds for one container's updates, apart from its policy.

    `min_age` is in seconds. `window` is text as it was written, a literal or a name of the configuration's
    `windows`; None is any time. `include` and `exclude` are globs on tags. `pre` and `post` are commands.
    """

    auto: Chosen[bool]
    track: Chosen[Track]
    include: Chosen[tuple[str, ...]]
    exclude: Chosen[tuple[str, ...]]
    prerelease: Chosen[bool]
    min_age: Chosen[float]
    window: Chosen[str | None]
    order: Chosen[Order]
    pre: Chosen[str | None]
    post: Chosen[str | None]

    @property
    def tracking(self) -> Tracking:
        """Which tags it follows."""
        return Tracking(self.track.value, self.include.value, self.exclude.value, self.prerelease.value)

    def __iter__(self) -> Any:
        """Give (name, chosen) of every setting, in the table's order."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Default:
    """What holds where nobody says anything about a container: a value and where it was set."""

    value: Any
    origin: str = "default"


def resolve_settings(
    container: Container,
    rules: Sequence[Rule] = (),
    defaults: Mapping[str, Default] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> UpdateSettings:
    """Given a container, the rules in force, the configured defaults and the flags given, return what holds.

    Order of strength for every setting: flag, label, exact target, tag, host, filter, label of the image, default; a
    tie goes to the stricter. `defaults` and `flags` are by the setting's name; a flag that is None was not given.
    """
    return UpdateSettings(**{setting.name: choose(setting, container, rules, defaults, flags) for setting in SETTINGS})


def choose(
    setting: ContainerSetting,
    container: Container,
    rules: Sequence[Rule] = (),
    defaults: Mapping[str, Default] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Chosen[Any]:
    """Given one setting, return what holds of it, as `resolve_settings` does for all of them."""
    return (
        _by_flag(setting, flags or {})
        or by_label(setting, container)
        or _by_rule(setting, container, rules)
        or by_label(setting, container, of_image=True)
        or _by_default(setting, defaults or {})
    )


def _by_flag(setting: ContainerSetting, flags: Mapping[str, Any]) -> Chosen[Any] | None:
    value = flags.get(setting.name)
    return None if value is None else Chosen(value, f"--{setting.name.replace('_', '-')}", "flag")


def by_label(setting: ContainerSetting, container: Container, *, of_image: bool = False) -> Chosen[Any] | None:
    """Given one setting, return what the container's own labels say of it, or those that its image brought along.

    They are told apart because an image comes from elsewhere: its maker must not overrule what the user set.
    """
    labels = container.labels
    keys = [key for key in setting.labels if key in labels and (key in container.image_labels) is of_image]
    if not keys:
        return None
    found = [_read(setting, key, labels[key], of_image) for key in keys]
    return max(found, key=lambda chosen: setting.strictness(chosen.value))


def said_by_labels(
    setting: ContainerSetting, containers: Iterable[Container]
) -> Iterator[tuple[Container, Chosen[Any]]]:
    """Given one setting, return what labels say of it, each with its container: its own first, then its image's."""
    for container in containers:
        for of_image in (False, True):
            said = by_label(setting, container, of_image=of_image)
            if said is not None:
                yield container, said


def _read(setting: ContainerSetting, key: str, text: str, of_image: bool) -> Chosen[Any]:
    origin, scope = (f"label {key} of its image", "image") if of_image else (f"label {key}", "label")
    try:
        return Chosen(setting.read(text), origin, cast("Scope", scope))
    except ValueError as error:
        counts = f"{shown_text(text)!r} has no meaning, so it counts as {setting.show(setting.safe)}; {key} {error}"
        return Chosen(setting.safe, origin, cast("Scope", scope), note=counts)


def _by_rule(setting: ContainerSetting, container: Container, rules: Sequence[Rule]) -> Chosen[Any] | None:
    scopes = [(rule, rule.scope(container)) for rule in rules if rule.setting == setting.name]
    found = [(rule, scope) for rule, scope in scopes if scope is not None]
    if not found:
        return None
    best, scope = max(found, key=lambda item: (RULE_SCOPES.index(item[1]), setting.strictness(item[0].value)))
    others = [f"{setting.show(rule.value)} by {by} ({rule.source})" for rule, by in found if rule is not best]
    return Chosen(best.value, best.source, scope, best, f"overrules {'; '.join(others)}" if others else "")


def _by_default(setting: ContainerSetting, defaults: Mapping[str, Default]) -> Chosen[Any]:
    default = defaults.get(setting.name)
    return Chosen(setting.default) if default is None else Chosen(default.value, default.origin)


NOTHING_SET = UpdateSettings(**{setting.name: _by_default(setting, {}) for setting in SETTINGS})
"""What holds where nobody ever said anything."""
