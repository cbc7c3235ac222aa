"""The compose files of this machine, as the services need them."""

from __future__ import annotations

from typing import Protocol


class ComposeFiles(Protocol):
    """Finds lines in them; nothing is ever written."""

    def image_line(self, file: str, service: str) -> int | None:
        """Return the line (from 1) that names a service's image.

        None where the file is not here, can't be read, or does not say it itself.
        """
