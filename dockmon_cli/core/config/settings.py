"""One key's value and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dockmon_cli.core.config.keys import KEYS, NAME, Path, key_at


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: a file and its line, an environment variable, or nowhere (the default)."""

    file: str | None = None
    line: int | None = None
    variable: str | None = None

    def __str__(self) -> str:
        if self.file is not None:
            return f"{self.file}:{self.line}"
        return f"environment:{self.variable}" if self.variable else "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with the user's names in its path, the value used inside, and its origin."""

    path: Path
    value: Any
    origin: Origin

    @property
    def name(self) -> str:
        """The dotted path."""
        return ".".join(self.path)

    @property
    def shown(self) -> str:
        """The value as text for people; empty where there is none."""
        key = key_at(self.path)
        return "" if self.value is None or key is None else key.kind.show(self.value)


Settings = Mapping[Path, Setting]


def default_settings() -> dict[Path, Setting]:
    """Return what holds where nobody says anything, for each key that hangs off no name."""
    return {
        key.path: Setting(key.path, _default(key.default, key.kind.read), Origin())
        for key in KEYS
        if NAME not in key.path
    }


def in_table_order(settings: Settings) -> dict[Path, Setting]:
    """Return the settings in the order of the key table's tables, within each as they come."""
    tables = list(dict.fromkeys(key.path[0] for key in KEYS))
    return dict(sorted(settings.items(), key=lambda item: tables.index(item[0][0])))


def _default(value: Any, read: Any) -> Any:
    # Defaults are written as TOML would hold them, apart from the empty list and nothing at all.
    return value if value in (None, ()) else read(value)
