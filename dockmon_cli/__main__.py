"""The program: `dockmon`, or `python -m dockmon_cli`."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Mapping

from typer.main import get_command

from dockmon_cli.cli.app import app
from dockmon_cli.cli.boundary import guarded
from dockmon_cli.cli.options import wanted_format
from dockmon_cli.cli.settings import Settings


def run(argv: list[str], env: Mapping[str, str]) -> int:
    """Given the words after `dockmon` and the environment, do what they ask and return the exit code."""
    settings = Settings(env=env, output=wanted_format(argv))

    def work() -> int | None:
        command = get_command(app)
        with command.make_context("dockmon", list(argv), obj=settings) as ctx:
            code: int | None = command.invoke(ctx)
            return code

    return guarded(work, settings)


def _stand_in_for_closed_streams() -> None:
    """Give a number that its caller closed (`>&-`) to nowhere, before a store or a socket gets it and is written to."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - they live as long as the program
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 - likewise
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115 - likewise


def main() -> None:
    """Run the program."""
    # Loading libraries makes tens of thousands of objects that stay; looking through them again and again for
    # garbage is a tenth of a short command's time.
    gc.set_threshold(100_000)
    _stand_in_for_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the locale can't write is shown escaped; it never ends a run.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:], dict(os.environ)))


if __name__ == "__main__":
    main()
