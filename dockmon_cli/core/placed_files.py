"""Files that compose put into a container: inline `configs:` and `secrets:`, by content or from the environment.

They stand in no inspect document, so a container recreated from one would start without them. Compose copies them
in between create and start, by archive: without a write permission, and stamped with the whole second of that
moment (https://github.com/docker/compose, pkg/compose/secrets.go; a tar header knows no fractions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dockmon_cli.core.containers import COMPOSE_PROJECT
from dockmon_cli.core.documents import Document, parse_time

MODIFIED, ADDED = 0, 1
SECRETS = "/run/secrets/"
WRITABLE = 0o222
LARGEST_FILE = 10 * 1000 * 1000
MOST_LOOKS = 250
AROUND_CREATION = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What an engine tells of one path in a container; `mode` are the permission bits alone."""

    path: str
    mode: int
    size: int
    changed_at: datetime
    is_file: bool


@dataclass(frozen=True, slots=True)
class FileContent:
    """One file with all that has to be copied of it. `data` may be a secret: it is never written down."""

    path: str
    mode: int
    uid: int
    gid: int
    changed_at: datetime
    data: bytes

    def __repr__(self) -> str:
        return f"FileContent({self.path!r}, {len(self.data)} bytes)"


def suspects(changes: Sequence[Document], container: Document) -> tuple[str, ...]:
    """Given what a writable layer changes and the inspect document, return the paths worth a closer look.

    Only a compose container has any. What is mounted leaves an empty stub in the layer, and a folder that holds
    another change is no file. The ones near the root come first: of very many the deepest are left out.
    """
    if COMPOSE_PROJECT not in (container["Config"].get("Labels") or {}):
        return ()
    changed = {str(change["Path"]) for change in changes if change.get("Kind") in (MODIFIED, ADDED)}
    folders = {path.rpartition("/")[0] for path in changed}
    mounted = {str(mount.get("Destination")) for mount in container.get("Mounts") or []}
    found = (path for path in changed - folders - mounted)
    return tuple(sorted(found, key=lambda path: (not path.startswith(SECRETS), path.count("/"), path))[:MOST_LOOKS])


def placed(files: Iterable[FileInfo], container: Document) -> tuple[str, ...]:
    """Given closer looks at the suspects, return the paths of those that compose put there, sorted."""
    created = parse_time(str(container["Created"]))
    return tuple(sorted(file.path for file in files if _is_placed(file, created)))


def _is_placed(file: FileInfo, created: datetime) -> bool:
    if not file.is_file or file.size > LARGEST_FILE:
        return False
    # What a program writes itself has the fraction of its second.
    is_stamped = file.changed_at.microsecond == 0 and abs(file.changed_at - created) <= AROUND_CREATION
    return file.path.startswith(SECRETS) or (is_stamped and not file.mode & WRITABLE)


def restamped(file: FileContent, container: Mapping[str, object]) -> FileContent:
    """Return the file for another container, stamped with that one's creation: so the next update knows it again."""
    created = parse_time(str(container["Created"])).replace(microsecond=0)
    return FileContent(file.path, file.mode, file.uid, file.gid, created, file.data)
