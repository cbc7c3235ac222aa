"""What is loaded when it is used: the one place where the command line names such modules, and loads them.

Most runs need few of them, and `dockmon --help` none: it should not wait for the libraries they bring along.
"""

from __future__ import annotations

import importlib
from typing import Any

COMMANDS: dict[str, tuple[str, str]] = {
    "hosts": ("dockmon_cli.cli.hosts", "Name Docker engines, test them, and change how they are reached."),
    "ps": ("dockmon_cli.cli.ps", "List containers on all hosts."),
    "update": ("dockmon_cli.cli.update", "Find outdated containers, update them, and look at what was done."),
    "hold": ("dockmon_cli.cli.hold", "Pause what dockmon does by itself with containers."),
    "resume": ("dockmon_cli.cli.hold", "Go on with what was held."),
    "tag": ("dockmon_cli.cli.tag", "Give containers tags, by which every command selects them."),
    "policy": ("dockmon_cli.cli.policy", "Say which containers may be updated, and see why."),
    "config": ("dockmon_cli.cli.config", "Write, check and show the configuration."),
    "version": ("dockmon_cli.cli.version", "Show which dockmon this is."),
}
"""Name, the module that holds it, and its line in the help. A module whose app has a command of that very name
gives that command, any other gives its whole group."""

_TABLE, _JSON, _YAML = (f"dockmon_cli.cli.output.{name}" for name in ("table", "json", "yaml"))
RENDERERS = {"table": _TABLE, "wide": _TABLE, "name": _TABLE, "json": _JSON, "jsonl": _JSON, "yaml": _YAML}
"""By format, the module that prints it: tabulate and PyYAML take time to load."""

BARS = "dockmon_cli.cli.update.bars"
"""Progress bars: rich takes time to load, and only a terminal shows them."""


def load(module: str) -> Any:
    """Given a module that is named here, return it."""
    return importlib.import_module(module)
