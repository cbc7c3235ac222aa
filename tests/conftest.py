"""Fixtures that bring up the lab once a session and hand it out clean to every test."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import DEFAULT

# How long an example takes tells how busy the machine is, and nothing about the property.
settings.register_profile("dockmon", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dockmon")


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A lab for the whole session; every worker of a parallel run has its own."""
    with Lab() as running:
        yield running


@pytest.fixture(scope="session")
def _shared_engine(lab: Lab) -> Callable[[str], Engine]:
    return cache(lambda kind: lab.engine(f"nas-{kind.replace('.', '-')}", kind))


@pytest.fixture(scope="session")
def _shared_registry(lab: Lab) -> Registry:
    return lab.registry()


@pytest.fixture
def engine_of(_shared_engine: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """Return an engine of the kind asked for, as new; there is one of each kind a session."""

    def clean_engine(kind: str) -> Engine:
        found = _shared_engine(kind)
        found.clean()
        return found

    return clean_engine


@pytest.fixture
def engine(engine_of: Callable[[str], Engine]) -> Engine:
    """An engine of the default kind, as new."""
    return engine_of(DEFAULT)


@pytest.fixture
def registry(_shared_registry: Registry) -> Registry:
    """A plain registry whose record of requests is empty; what earlier tests pushed is still there."""
    _shared_registry.clear_requests()
    return _shared_registry
