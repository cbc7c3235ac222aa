"""A standing rule's selection as one text: the same for the same selection, whatever the order of its words."""

from __future__ import annotations

import json
from dataclasses import replace

from dockmon_cli.core.filters import Filters
from dockmon_cli.core.selection import Selector


def written(selector: Selector) -> str:
    """Given a selection, return its text; empty where nothing is selected. TARGETs are no part of it."""
    filters = {key: sorted(set(globs)) for key, globs in selector.filters.by_key.items()}
    parts = {"hosts": sorted(set(selector.hosts)), "tags": sorted(set(selector.tags)), "filters": filters}
    present = {key: value for key, value in parts.items() if value}
    return json.dumps(present, sort_keys=True, ensure_ascii=False) if present else ""


def read_back(text: str) -> Selector:
    """Given what `written` returned, return the selection. Raise ValueError where it is no such text."""
    data = json.loads(text) if text else {}
    if not isinstance(data, dict):
        raise ValueError("a stored selection is no object")
    filters = {key: tuple(globs) for key, globs in data.get("filters", {}).items()}
    return Selector((), tuple(data.get("hosts", ())), tuple(data.get("tags", ())), Filters(filters))


def after_rename(selector: Selector, old: str, new: str) -> Selector:
    """Given a selection, return what it is once the host `old` is called `new`."""
    return replace(selector, hosts=tuple(new if host == old else host for host in selector.hosts))


def without_host(selector: Selector, name: str) -> Selector | None:
    """Given a selection, return what is left of it without a host; None where it was about that host alone."""
    left = tuple(host for host in selector.hosts if host != name)
    return None if selector.hosts and not left else replace(selector, hosts=left)


def in_words(selector: Selector) -> str:
    """Given a selection, return it as it is typed: `--host=nas --tag=media --filter=name=p*`."""
    words = [f"--host={host}" for host in selector.hosts] + [f"--tag={tag}" for tag in selector.tags]
    words += [f"--filter={key}={glob}" for key, globs in selector.filters.by_key.items() for glob in globs]
    return " ".join((*selector.targets, *words))
