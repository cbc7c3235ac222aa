"""Where the configuration and the state are, from flags and the environment alone."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from dockmon_cli.core.errors import StoreError

FILE_NAME = "dockmon.toml"
SYSTEM_FILE = "/etc/dockmon/dockmon.toml"
SYSTEM_STATE = "/var/lib/dockmon"
STORE_NAME = "dockmon.db"

Environment = Mapping[str, str]


def named_config(flag: str | None, env: Environment) -> str | None:
    """Return the one file that `--config` or DOCKMON_CONFIG names, or None."""
    return flag or env.get("DOCKMON_CONFIG") or None


def config_places(env: Environment) -> tuple[str, ...]:
    """Return where a configuration is looked for; the first file found is the only one read."""
    folder = _xdg(env, "XDG_CONFIG_HOME", ".config")
    return (*((posixpath.join(folder, "dockmon", FILE_NAME),) if folder else ()), SYSTEM_FILE)


def new_config(flag: str | None, env: Environment, *, is_root: bool) -> str:
    """Return where `config init` writes: the named file, root's for the whole system, else the user's own."""
    own_folder = env.get("XDG_CONFIG_HOME") or not is_root
    return named_config(flag, env) or (config_places(env)[0] if own_folder else SYSTEM_FILE)


def state_folder(flag: str | None, env: Environment, *, is_root: bool) -> str:
    """Return the state folder: `--state`, DOCKMON_STATE, $XDG_STATE_HOME/dockmon, root's, else the user's own.

    Raise StoreError where nothing tells.
    """
    named = flag or env.get("DOCKMON_STATE")
    if named:
        return named
    if is_root and not env.get("XDG_STATE_HOME"):
        return SYSTEM_STATE
    folder = _xdg(env, "XDG_STATE_HOME", ".local/state")
    if not folder:
        raise StoreError("no place for the state: neither HOME nor XDG_STATE_HOME is set", "name one with --state DIR")
    return posixpath.join(folder, "dockmon")


def store_file(folder: str, env: Environment) -> str:
    """Given the state folder, return the store's file; DOCKMON_DB moves it and nothing else."""
    return env.get("DOCKMON_DB") or posixpath.join(folder, STORE_NAME)


def expanded(path: str, env: Environment, folder: str) -> str:
    """Given a path from a configuration in `folder`, return it with `~` as the home, and a relative one from there."""
    home = env.get("HOME", "")
    if home and (path == "~" or path.startswith("~/")):
        path = home + path[1:]
    return posixpath.normpath(posixpath.join(folder, path))


def _xdg(env: Environment, variable: str, below_home: str) -> str | None:
    """The folder a variable names; relative ones are to be ignored, says the XDG specification."""
    folder = env.get(variable, "")
    if folder.startswith("/"):
        return folder
    home = env.get("HOME", "")
    return posixpath.join(home, below_home) if home else None
