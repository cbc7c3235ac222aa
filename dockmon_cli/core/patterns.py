"""Globs for images and container names, without substring surprises.

A glob with n path parts is held against the last n of an image's registry and repository, part by part: `*` stays
within its part, nothing matches in the middle of a word, and tags are never looked at. `mongo` is
`docker.io/library/mongo` and `ghcr.io/team/mongo`, neither `mongo-express` nor `baikal:mongo`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal, get_args

from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.reference import Reference
from dockmon_cli.core.text import printable

Category = Literal["databases", "proxies", "monitoring", "critical", "custom"]

NAME_PREFIX = "name:"
"""Stands before a glob for the whole of a container's name."""


CATEGORIES: tuple[Category, ...] = get_args(Category)


def check_glob(glob: str) -> None:
    """Raise UsageError for a glob that can never match."""
    hint = "write it like postgres*, ghcr.io/team/*, or name:db-*"
    last = glob.removeprefix(NAME_PREFIX).rpartition("/")[2]
    if not last or not glob.isprintable() or " " in glob:
        raise UsageError(f"{printable(glob)!r} is no pattern: it has an empty part or a space in it", hint)
    if glob.startswith(NAME_PREFIX):
        if "/" in glob:
            raise UsageError(f"{glob} can match nothing: no container's name has a / in it", hint)
    elif ":" in last or "@" in last:
        raise UsageError(f"{glob} can match nothing: tags and digests are never looked at", hint)


def match(glob: str, name: str, reference: Reference | None) -> str | None:
    """Given a glob, a container's name and its image (None without a name), return in words what matched, or None."""
    if glob.startswith(NAME_PREFIX):
        return f"the name {name}" if fnmatchcase(name, glob.removeprefix(NAME_PREFIX)) else None
    if reference is None:
        return None
    wanted = glob.split("/")
    last = (reference.registry, *reference.parts)[-len(wanted) :]
    if len(last) < len(wanted) or not all(map(fnmatchcase, last, wanted)):
        return None
    return f"{'/'.join(last)} in {reference.name}"
