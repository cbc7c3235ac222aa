"""How every command is built: typer's classes with the global options, plain help and our own words for mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from dockmon_cli.cli.options import global_options
from dockmon_cli.core.errors import UsageError
from dockmon_cli.core.text import did_you_mean

F = TypeVar("F", bound=Callable[..., Any])

_MORE = "Global options (-o -q --no-color --state --config --timeout) stand before or after the command: dockmon -h"


def _names(params: list[Any]) -> list[str]:
    return [name for param in params for name in (*param.opts, *param.secondary_opts)]


class Command(TyperCommand):
    """A command that also takes the global options; its help shows its own and says where the others are."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.params = [*self.params, *global_options(_names(self.params), hidden=True)]
        self.epilog = self.epilog or _MORE


class Group(TyperGroup):
    """A group of commands that also takes the global options; typed alone it prints its help."""

    hides_global_options = True

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.params = [*self.params, *global_options(_names(self.params), hidden=self.hides_global_options)]
        if self.hides_global_options:
            self.epilog = self.epilog or _MORE

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Print the help of a group typed alone, as docker, gh and kubectl do."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit(0)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        """Find the command. Raise UsageError with the nearest one there is."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            known = self.list_commands(ctx)
            hint = did_you_mean(name, known) or f"its commands: {', '.join(known)}"
            raise UsageError(f"`{ctx.command_path}` has no command {name!r}", hint)
        return super().resolve_command(ctx, args)


class App(typer.Typer):
    """A module's commands: `app = App(help="…")`, then `@app.command()` on each function.

    A command function returns its exit code, or None for 0; it raises DockmonError for what went wrong as a whole.
    """

    def __init__(self, *, help: str | None = None, **options: Any):  # noqa: A002 - typer's own word
        settings: dict[str, Any] = {
            "cls": Group,
            "help": help,
            "add_completion": False,
            "rich_markup_mode": None,
            "pretty_exceptions_enable": False,
            "context_settings": {"help_option_names": ["-h", "--help"]},
        }
        super().__init__(**{**settings, **options})

    def command(self, name: str | None = None, **options: Any) -> Callable[[F], F]:
        """Register a function as a command."""
        return super().command(name, **{"cls": Command, **options})
