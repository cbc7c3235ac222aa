"""Asks container registries over HTTP (distribution spec 1.1) about tags, manifests and configurations."""

from dockmon_cli.adapters.registry.client import HttpRegistry
from dockmon_cli.adapters.registry.surroundings import Surroundings

__all__ = ["HttpRegistry", "Surroundings"]
