"""`--order`, as every command that plans updates declares it."""

from __future__ import annotations

from typing import Annotated

import typer

from dockmon_cli.core.container_settings import Order

Ordering = Annotated[
    Order | None,
    typer.Option("--order", help="Stop the old container before the new one starts, or after it is proven."),
]
