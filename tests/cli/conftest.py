"""What every test of the command line needs."""

from pathlib import Path

import pytest

from tests.cli.program import environment


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of the machine's configuration or state is found."""
    return environment(tmp_path)
