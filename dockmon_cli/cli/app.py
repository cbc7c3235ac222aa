"""The root of the command line. Groups are loaded when they are used, by the one table below."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.main import get_group

from dockmon_cli import __version__
from dockmon_cli.cli.frame import App, Group

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


def load(name: str) -> Any:
    """Given a name of the table, return its command or group."""
    module, text = COMMANDS[name]
    group = get_group(importlib.import_module(module).app)
    command = group.commands.get(name, group)
    command.name = name
    command.help = command.help or text
    return command


class Root(Group):
    """`dockmon` itself: lists the table without loading what is in it."""

    hides_global_options = False

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        """The names of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ARG002
        """Load one entry of the table, or return None."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # noqa: ARG002
        """Write the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, text) in COMMANDS.items()])


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dockmon {__version__}")
        raise typer.Exit


app = App(cls=Root, help="Watch, update and keep running Docker containers on many hosts, without losing one.")


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Only the options above; everything else is in the commands."""
