"""`dockmon config`: write a configuration, check it, show what holds."""

from __future__ import annotations

import typer

from dockmon_cli import wiring
from dockmon_cli.cli.frame import App
from dockmon_cli.cli.output import Column, Item, Report, emit
from dockmon_cli.cli.settings import Settings, settings_of
from dockmon_cli.core.config.places import config_places, new_config
from dockmon_cli.core.config.settings import Setting

app = App(help="Write, check and show the configuration.")

_FILE = Column("FILE", "file")
_KEY, _ORIGIN, _VALUE = Column("KEY", "key"), Column("ORIGIN", "origin"), Column("VALUE", "shown")


@app.command()
def check(ctx: typer.Context) -> None:
    """Tell all that is wrong with the configuration."""
    settings = settings_of(ctx)
    config = wiring.config(settings)
    set_keys = sum(setting.origin.file is not None for setting in config.settings.values())
    text = f"{config.file} is valid" if config.file else _defaults_hold(settings)
    emit(Report(items=({"file": config.file, "valid": True, "keys": set_keys},), columns=(_FILE,), text=text), settings)


def _defaults_hold(settings: Settings) -> str:
    return f"no configuration file, so the defaults hold (looked for {', '.join(config_places(settings.env))})"


@app.command()
def show(ctx: typer.Context, origin: bool = typer.Option(False, "--origin", help="Also where each came from.")) -> None:
    """Show every key and its value; secrets as references only."""
    settings = settings_of(ctx)
    config = wiring.config(settings)
    items = tuple(_item(setting) for setting in config.settings.values())
    columns = (_KEY, _ORIGIN, _VALUE) if origin or settings.format == "wide" else (_KEY, _VALUE)
    emit(Report(items=items, columns=columns), settings)


def _item(setting: Setting) -> Item:
    where = setting.origin
    return {
        "key": setting.name, "value": setting.value, "shown": setting.shown,
        "origin": str(where), "file": where.file, "line": where.line, "variable": where.variable,
    }  # fmt: skip


@app.command()
def init(ctx: typer.Context, force: bool = typer.Option(False, "--force", help="Replace one that is there.")) -> None:
    """Write a configuration to start from: every key, in a comment."""
    settings = settings_of(ctx)
    path = new_config(settings.config, settings.env, is_root=wiring.is_root())
    wiring.write_config(path, replace=force)
    emit(Report(items=({"file": path},), columns=(_FILE,), text=f"{path} written"), settings)
