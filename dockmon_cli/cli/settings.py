"""What the global options and the environment say about this run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TextIO, cast, get_args

import typer

Format = Literal["table", "wide", "json", "jsonl", "yaml", "name"]
FORMATS: tuple[str, ...] = get_args(Format)
DOCUMENTS = frozenset({"json", "yaml"})
"""The formats that carry errors in themselves."""


@dataclass(slots=True)
class Settings:
    """One run's global options, filled while the command line is read; `env` is the environment.

    `output` is None until `-o` is read, `timeout_s` None until `--timeout` is: each command has its own default.
    `state` and `config` are the flags alone; the environment's part in them is decided by whoever resolves them.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    output: Format | None = None
    quiet: bool = False
    no_color: bool = False
    state: str | None = None
    config: str | None = None
    timeout_s: float | None = None

    @property
    def format(self) -> Format:
        """The format to print in."""
        return self.output or "table"

    @property
    def holds_everything(self) -> bool:
        """True for formats that are read by programs; tables leave out what needs nobody's attention."""
        return self.format in ("json", "jsonl", "yaml")

    @property
    def shows_table(self) -> bool:
        """False when `-q` was given and no format was asked for by name: then only errors are printed."""
        return self.output is not None or not self.quiet

    def colours(self, stream: TextIO) -> bool:
        """True if colour escapes may be written to this stream."""
        wanted = not self.no_color and not self.env.get("NO_COLOR") and self.env.get("TERM") != "dumb"
        return wanted and stream.isatty()


def settings_of(ctx: typer.Context) -> Settings:
    """Return the settings of the run that a command belongs to."""
    return cast("Settings", ctx.find_root().obj)
