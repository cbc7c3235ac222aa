"""Engines for the acceptance tests."""

from __future__ import annotations

import pytest

from tests.e2e.looking import EngineOf
from tests.kinds import docker_kinds
from tests.lab import Engine


@pytest.fixture(params=docker_kinds())
def engine(request: pytest.FixtureRequest, engine_of: EngineOf) -> Engine:
    """An engine of each kind that is wanted, as new; a test may name further kinds, where its subject differs."""
    return engine_of(request.param)
