"""The root of the command line. Commands are loaded when they are used."""

from __future__ import annotations

from typing import Any

import typer
from typer.main import get_group

from dockmon_cli import __version__
from dockmon_cli.cli.frame import App, Group
from dockmon_cli.cli.loading import COMMANDS, load


def command(name: str) -> Any:
    """Given a name of the table `COMMANDS`, return its command or group."""
    module, text = COMMANDS[name]
    group = get_group(load(module).app)
    found = group.commands.get(name, group)
    found.name = name
    found.help = found.help or text
    return found


class Root(Group):
    """`dockmon` itself: lists the table without loading what is in it."""

    hides_global_options = False

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        """The names of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ARG002
        """Load one entry of the table, or return None."""
        return command(cmd_name) if cmd_name in COMMANDS else None

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
