"""TARGETs and selections, as every command that takes them declares them."""

from __future__ import annotations

from typing import Annotated

import typer

Targets = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TARGET]...", help="host/name, a name only one host has, host:ID or a short ID."),
]
Hosts = Annotated[list[str] | None, typer.Option("--host", metavar="HOST", help="Only on this host; repeatable.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only with this tag; repeatable.")]
Filters = Annotated[
    list[str] | None,
    typer.Option("--filter", metavar="KEY=GLOB", help="status, health, label, project, image, name or update."),
]
