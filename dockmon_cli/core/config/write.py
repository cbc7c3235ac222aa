"""Texts made from the key table: the example file and the reference page."""

from __future__ import annotations

from itertools import groupby

from dockmon_cli.core.config.keys import KEYS, NAME, PREFIX, Key
from dockmon_cli.core.config.places import SYSTEM_FILE

_EXAMPLE_HEAD = f"""\
# dockmon's configuration. Found at $XDG_CONFIG_HOME/dockmon/dockmon.toml (~/.config), else {SYSTEM_FILE}.
# Every line below is a comment: take the '#' away from what you need, and see `dockmon config check`.
# A flag is stronger than the environment ({PREFIX}UPDATE_MAX_PARALLEL), and that is stronger than this file.
"""

_REFERENCE_HEAD = f"""\
# Configuration

Made from the table of keys in `dockmon_cli/core/config/keys.py` by `python docs/reference/generate.py`.

One file is read: the one that `--config` or `DOCKMON_CONFIG` names, else the first found of
`$XDG_CONFIG_HOME/dockmon/dockmon.toml` (without that variable `~/.config/dockmon/dockmon.toml`) and `{SYSTEM_FILE}`.
Files are not merged. A flag is stronger than the environment, the environment stronger than the file.
`dockmon config check` tells everything that is wrong with it, `dockmon config show --origin` what holds and why.

In the environment lists are separated by commas. What the file declares, commands do not change.
"""

_COLUMNS = "| Key | Holds | Default | Environment | Meaning | Read by |\n|---|---|---|---|---|---|\n"

_NAMES = {"hosts": "nas", "containers": "databases", "windows": "night", "tags": "media"}
# One host can't be reached by TLS and by SSH, so the example has two.
_SSH_HOST = '\n# [hosts.edge]\n# url = "ssh://admin@edge.lan"\n'


def example_file() -> str:
    """Return a configuration with every key in a comment, which is valid also with the comments taken away."""
    tables = groupby(KEYS, key=lambda key: key.path[:-1])
    return _EXAMPLE_HEAD + "".join(_example_table(path, list(keys)) for path, keys in tables)


def _example_table(path: tuple[str, ...], keys: list[Key]) -> str:
    header = ".".join(_NAMES[path[0]] if word == NAME else word for word in path)
    lines = [f"{_SSH_HOST if key.path[-1] == 'ssh_key' else ''}{_example_line(key)}\n" for key in keys]
    return (f"\n# [{header}]\n" if path else "\n") + "".join(lines)


def _example_line(key: Key) -> str:
    default = f" Default: {_toml(key)}." if key.default not in (None, ()) else ""
    word = _NAMES[key.path[0]] if key.path[-1] == NAME else key.path[-1]
    return f"# {word} = {key.example or _toml(key)}    # {key.text}{default}"


def _toml(key: Key) -> str:
    """The default as TOML writes it, else an example of the kind."""
    if key.default in (None, ()):
        return key.kind.example
    return f'"{key.default}"' if isinstance(key.default, str) else str(key.default)


def reference_page() -> str:
    """Return the reference of all keys as Markdown."""
    tables = groupby(KEYS, key=lambda key: key.path[:-1])
    return _REFERENCE_HEAD + "".join(_reference_table(path, list(keys)) for path, keys in tables)


def _reference_table(path: tuple[str, ...], keys: list[Key]) -> str:
    header = f"`[{'.'.join(path)}]`" if path else "Before any table"
    return f"\n## {header}\n\n{_COLUMNS}" + "".join(f"{_reference_row(key)}\n" for key in keys)


def _reference_row(key: Key) -> str:
    default = "required" if key.required else "-" if key.default in (None, ()) else f"`{_toml(key)}`"
    variable = f"`{key.variable}`" if key.variable else "-"
    return f"| `{key.path[-1]}` | {key.kind.words} | {default} | {variable} | {key.text} | {key.used_by} |"
