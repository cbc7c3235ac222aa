"""The line of the user's own file that a new tag makes out of date: dockmon changes the container, not the file."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from dockmon_cli.core.containers import COMPOSE_SERVICE

COMPOSE_FILES = "com.docker.compose.project.config_files"
COMPOSE_FOLDER = "com.docker.compose.project.working_dir"


@dataclass(frozen=True, slots=True)
class Change:
    """What to write in place of `old`. `file` is None for a container that no compose file made.

    `line` is None where the file can't be read from here, or does not say it in so many words.
    """

    file: str | None
    line: int | None
    old: str
    new: str

    @property
    def place(self) -> str:
        """FILE:LINE, as editors and compilers write it; the file alone without a line, or nothing."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)


def composed_from(labels: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Given a container's labels, return the compose files it was made from and its service; none without compose."""
    service, folder = labels.get(COMPOSE_SERVICE, ""), labels.get(COMPOSE_FOLDER, "")
    files = labels.get(COMPOSE_FILES, "").split(",") if service else []
    # Compose 1 names them as they were typed, from the project's folder; `-` is what it read from a pipe.
    return tuple(posixpath.join(folder, file) for file in files if file not in ("", "-")), service
