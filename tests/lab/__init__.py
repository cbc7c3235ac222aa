"""Real engines and registries for tests, demonstrations and measurements, on one machine and without downloads.

with Lab() as lab:
    registry = lab.registry()
    image = registry.push("web", "1")
    engine = lab.engine("nas")
    engine.docker("run", "-d", "--name", "web", image.ref)
"""

from tests.lab.engine import Engine
from tests.lab.errors import LabError
from tests.lab.lab import Lab
from tests.lab.registry import Pushed, Registry, Request

__all__ = ["Engine", "Lab", "LabError", "Pushed", "Registry", "Request"]
