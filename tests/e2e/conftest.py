"""dockmon as a user would have it."""

from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import OFTEN, QUICK
from tests.lab import Engine


@pytest.fixture
def dockmon(tmp_path: Path, engine: Engine) -> DockmonHere:
    """dockmon with one host, the engine `nas`."""
    return DockmonHere(tmp_path, {"nas": engine}, update=OFTEN)


@pytest.fixture
def quick(tmp_path: Path, engine: Engine) -> DockmonHere:
    """The same, for tests in which no new container fails: it believes each after a moment."""
    return DockmonHere(tmp_path, {"nas": engine}, update=QUICK)
