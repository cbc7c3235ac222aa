"""dockmon within the tests' own process: a second less a command, and whatever it leaves open is noticed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

from dockmon_cli.__main__ import run
from tests.e2e.driver import Dockmon, Run
from tests.lab.processes import plain_environment


class Stream(io.StringIO):
    """What stands for an output, which takes any character."""

    encoding = "utf-8"


def run_here(argv: tuple[str, ...], env: Mapping[str, str]) -> Run:
    """Run `dockmon ARGV` with nobody at a terminal and return what came of it."""
    out, err = Stream(), Stream()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(argv), env)
    return Run(argv, code, out.getvalue(), err.getvalue())


class DockmonHere(Dockmon):
    """The same as `Dockmon`, for commands that are not to be killed."""

    def __call__(self, *argv: str, stdin: str = "", **env: str) -> Run:
        """Run a command to its end; further variables of its environment may be given."""
        assert not stdin, "nothing can be typed here"
        own = plain_environment(HOME=str(self.home), DOCKMON_CONFIG=str(self.config)) | env
        return run_here((*argv, "--state", str(self.state)), own)
