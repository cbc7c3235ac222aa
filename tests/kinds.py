"""Which kinds of engine the tests run on.

`DOCKMON_LAB_KINDS` lists them (`26.1,20.10`, or `all`); without it the default kind alone, and beside it for each
test the kinds on which what it shows is known to differ.
"""

import os

from tests.lab.kinds import DEFAULT, KINDS

_WANTED = os.environ.get("DOCKMON_LAB_KINDS", DEFAULT)
LAB_KINDS = tuple(KINDS) if _WANTED == "all" else tuple(_WANTED.split(","))


def docker_kinds(*differs: str) -> tuple[str, ...]:
    """Return the kinds of Docker engine to run a test on, those where it DIFFERS included."""
    return tuple(name for name, kind in KINDS.items() if name in (*LAB_KINDS, *differs) and kind.family == "docker")
