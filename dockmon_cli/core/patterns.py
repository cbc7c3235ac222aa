"""Globs for images and container names, without substring surprises.

A glob with n path parts is held against the last n of an image's registry and repository, part by part: `*` stays
within its part, nothing matches in the middle of a word, and tags are never looked at. `mongo` is
`docker.io/library/mongo` and `ghcr.io/team/mongo`, neither `mongo-express` nor `baikal:mongo`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from dockmon_cli.core.reference import Reference

Category = Literal["databases", "proxies", "monitoring", "critical", "custom"]

NAME_PREFIX = "name:"
"""Stands before a glob for the whole of a container's name."""


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
