"""An update removes old images by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.looking import QUICK
from tests.e2e.versions import run_through, there
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab


def test_an_update_removes_by_itself_what_is_beyond_the_number_and_the_age(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": engine}, update={**QUICK, "keep_images": 1, "keep_min_age": "0s"})
    images = run_through(engine, registry, dockmon, "web", 3)
    assert set(images) - there(engine) == {images[0]}
