"""The files that a configuration is made of, as the services need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dockmon_cli.core.documents import Document


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that was read: its absolute path, its text and what TOML makes of it."""

    path: str
    text: str
    document: Document


class ConfigFiles(Protocol):
    """Reads and writes them. A failure is a ConfigError that names the file."""

    def read(self, path: str) -> ConfigFile:
        """Read one file. Raise ConfigError if it is not there, can't be read, or is no TOML (with line and column)."""

    def first(self, paths: Sequence[str]) -> ConfigFile | None:
        """Read the first of these that is there, or return None; one that is there and can't be read is an error."""

    def first_line(self, path: str) -> str:
        """Return the first line of a small text file, such as a public key's."""

    def write_new(self, path: str, text: str, *, replace: bool) -> None:
        """Write a file, making its folder. Raise UsageError if it is there already, unless told to replace it."""
