"""Where rules meet: what is said twice, and what is said in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dockmon_cli.core.container_settings.resolve import choose
from dockmon_cli.core.container_settings.rule import Rule
from dockmon_cli.core.container_settings.table import BY_NAME
from dockmon_cli.core.container_settings.written import in_words, written
from dockmon_cli.core.containers import Container
from dockmon_cli.core.errors import Declared
from dockmon_cli.core.targets import means

_FORGET = "`dockmon policy unset`, `dockmon update auto default`, `dockmon update track default`, with the same words"


def refuse_declared(wanted: Iterable[Rule], rules: Sequence[Rule], containers: Sequence[Container]) -> None:
    """Raise Declared if one of the rules that a command is about to change is what the configuration declares."""
    found = {
        f"{twin.origin} declares the {rule.setting} of {subject(rule, containers)}"
        for rule in wanted
        for twin in _twins(rule, rules, containers)
    }
    if found:
        raise Declared(sorted(found), "change it in that file")


def refuse_said_twice(rules: Sequence[Rule], containers: Sequence[Container]) -> None:
    """Given the containers listed, raise Declared if the configuration declares what a command stored as well."""
    found = {
        f"{twin.origin} declares the {rule.setting} of {subject(rule, containers)}, which is stored too ({rule.source})"
        for rule in rules
        if not rule.is_declared
        for twin in _twins(rule, rules, containers)
    }
    if found:
        raise Declared(sorted(found), f"take it out of the file, or forget what is stored: {_FORGET}")


def _twins(rule: Rule, rules: Sequence[Rule], containers: Sequence[Container]) -> list[Rule]:
    """The declared rules about the very same thing: that container by name alone, or that selection."""
    return [
        declared
        for declared in rules
        if declared.is_declared and declared.setting == rule.setting and _same(declared, rule, containers)
    ]


def _same(declared: Rule, rule: Rule, containers: Sequence[Container]) -> bool:
    if rule.exact is None:
        return not declared.selector.targets and written(declared.selector) == written(rule.selector)
    if declared.selector.is_selection:
        return False
    own = [container for container in containers if rule.scope(container)]
    return any(means(target, container) for target in declared.selector.targets for container in own)


def said_in_vain(wanted: Sequence[Rule], rules: Sequence[Rule], containers: Sequence[Container]) -> tuple[str, ...]:
    """Given rules among those in force, tell for which containers something stronger says otherwise, and what."""
    found = (
        (container, rule, choose(BY_NAME[rule.setting], container, rules))
        for rule in wanted
        for container in containers
        if rule.scope(container)
    )
    vain = {
        f"{container.target}: {rule.setting} stays {_shown(rule, holds.value)} (stronger: {holds.origin})"
        for container, rule, holds in found
        if holds.rule != rule and holds.value != rule.value
    }
    return tuple(sorted(vain))


def _shown(rule: Rule, value: Any) -> str:
    return BY_NAME[rule.setting].show(value)


def subject(rule: Rule, containers: Sequence[Container]) -> str:
    """Given the containers listed, return what a rule is about as it is typed: `host/name`, or the selection.

    A container that is not there is told by what is stored, its host_id and identity.
    """
    if rule.exact is None:
        return in_words(rule.selector)
    return next((container.target for container in containers if rule.scope(container)), "/".join(rule.exact))
