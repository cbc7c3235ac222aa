"""`dockmon version`."""

from __future__ import annotations

import platform

import typer

from dockmon_cli import __version__
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Report, emit
from dockmon_cli.cli.settings import settings_of

app = App()


@app.command()
def version(ctx: typer.Context) -> None:
    """Show which dockmon this is and which Python runs it."""
    item = {"name": "dockmon", "version": __version__, "python": platform.python_version()}
    columns = (Column("NAME", "name"), Column("VERSION", "version"), Column("PYTHON", "python"))
    emit(Report(items=(item,), columns=columns), settings_of(ctx))
