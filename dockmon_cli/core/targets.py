"""Finding the one container that a TARGET means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dockmon_cli.core.containers import Container, short_id
from dockmon_cli.core.errors import Ambiguous, DockmonError, NotFound
from dockmon_cli.core.hosts import Host
from dockmon_cli.core.text import did_you_mean

_HEX = re.compile(r"[0-9a-f]{1,64}\Z")


def host_part(target: str, hosts: Iterable[Host]) -> str | None:
    """Given a TARGET, return the name of the host it names, as typed where no such host is known, or None."""
    head, separator, _rest = _split(target)
    if not separator:
        return None
    return next((host.name for host in hosts if head == host.host_id), head)


def _split(target: str) -> tuple[str, str, str]:
    """Cut at the `/` of `host/name`, else at the `:` of `host:short_id`."""
    separator = "/" if "/" in target else ":"
    return target.partition(separator)


def means(target: str, container: Container) -> bool:
    """Tell whether a declared TARGET means this container, whatever other containers there are.

    An ID counts from its 12 characters on: `db` is a name, and many IDs begin with it.
    """
    separator = "/" if "/" in target else ":"
    host, separator, rest = target.rpartition(separator)
    if separator and host not in (container.host, container.host_id):
        return False
    if separator != ":" and rest == container.name:
        return True
    return separator != "/" and len(rest) >= len(short_id(container.id)) and container.id.startswith(rest)


@dataclass(frozen=True, slots=True)
class Resolver:
    """Knows every container listed, which of them the selection covers, all hosts, and which could not be asked."""

    containers: Sequence[Container]
    covered: frozenset[str]
    hosts: Sequence[Host]
    silent: frozenset[str]

    def find(self, target: str) -> Container | DockmonError | None:
        """Given a TARGET, return its container, or what is wrong; None where its host could not be asked."""
        head, separator, rest = _split(target)
        if not separator:
            return self._one(target, self._by_name(target) or self._by_id(target), self.containers)
        host = host_part(target, self.hosts)
        if host not in {known.name for known in self.hosts}:
            return unknown_host(head, [known.name for known in self.hosts], target=target)
        there = [container for container in self.containers if container.host == host]
        found = [c for c in there if (c.name == rest if separator == "/" else bool(rest) and c.id.startswith(rest))]
        if not found and host in self.silent:
            return None
        return self._one(target, found, there)

    def _by_name(self, name: str) -> list[Container]:
        return [container for container in self.containers if container.name == name]

    def _by_id(self, prefix: str) -> list[Container]:
        return [c for c in self.containers if _HEX.match(prefix) and c.id.startswith(prefix)]

    def _one(self, target: str, found: list[Container], near: Sequence[Container]) -> Container | DockmonError:
        covered = [container for container in found if container.key in self.covered]
        if len(covered) == 1:
            return covered[0]
        if covered:
            return _ambiguous(target, covered)
        if found:
            return NotFound(f"{target} is there, but the selection leaves it out", "", target=target)
        return self._missing(target, near)

    def _missing(self, target: str, near: Sequence[Container]) -> NotFound:
        """Nothing answers to that name, as far as hosts could be asked."""
        names = [c.target if "/" in target else c.name for c in near]
        hint = did_you_mean(target, names) or "`dockmon ps -a` lists all containers"
        unasked = f" ({', '.join(sorted(self.silent))} could not be asked)" if self.silent else ""
        return NotFound(f"no container is called {target or repr(target)}{unasked}", hint, target=target)


def unknown_host(name: str, hosts: Iterable[str], *, target: str | None = None) -> NotFound:
    """Given a host's name that nobody configured and those there are, return the error that says so."""
    known = sorted(hosts)
    hint = did_you_mean(name, known) or f"hosts: {', '.join(known)}"
    return NotFound(f"no host is called {name}", hint, target=target or name)


def _ambiguous(target: str, found: list[Container]) -> Ambiguous:
    """List the candidates in words that can be pasted: by name, or by ID where it was an ID that was typed."""
    by_name = all(container.name == target for container in found)
    words = [c.target if by_name else f"{c.host}:{short_id(c.id)} ({c.name})" for c in found]
    return Ambiguous(f"{target} could be any of: {', '.join(sorted(words))}", "name one of them", target=target)
