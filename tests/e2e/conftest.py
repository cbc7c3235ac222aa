"""dockmon as a user would have it."""

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.lab import Engine


@pytest.fixture
def dockmon(tmp_path: Path, engine: Engine) -> Dockmon:
    """dockmon with one host, the engine `nas`."""
    return Dockmon(tmp_path, {"nas": engine})
