"""`dockmon update prune` as it is typed: asked, told what goes, and refused where nobody sits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dockmon_cli import wiring
from dockmon_cli.adapters.machine_id import machine_id
from dockmon_cli.core.hosts import declared_host_id
from dockmon_cli.core.kept_image import KeptRecord
from tests.cli.updates import Scene, dockmon_on
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
TAG = "dockmon-rollback/lan/web:a-b"


def keep(scene: Scene) -> str:
    """Keep an image that a container of the past ran until a month ago; return its ID."""
    ref = scene.registry.push("prune/web", "1").ref
    scene.on.pull(ref)
    scene.on.alias(ref, TAG)
    image_id = str(scene.on.api.images.get(TAG).id)
    scene.on.api.images.remove(ref)
    nas = declared_host_id(machine_id(), "nas")
    since = datetime.now(UTC) - timedelta(days=30)
    with wiring.open_store(Path(scene.env["XDG_STATE_HOME"]) / "dockmon/dockmon.db") as store:
        store.kept.keep([KeptRecord(nas, TAG, "lan/web", image_id, "web", "op", since, None, "1.0")])
    return image_id


def test_it_tells_what_would_go_asks_and_takes_no_for_an_answer(
    engine: Engine, registry: Registry, tmp_path: Path
) -> None:
    with dockmon_on(engine, registry, tmp_path) as scene:
        image_id = keep(scene)
        kept = scene.run("prune", "--yes")
        assert (kept.code, "newest" in kept.out, "0 removed · 1 kept" in kept.err) == (0, True, True)
        refused = scene.run("prune", "--keep", "0")
        assert (refused.code, "--yes" in refused.err) == (2, True)
        no = scene.typed("prune", "--keep", "0", answers="n\n")
        assert (no.code, "nothing changed" in no.out) == (0, True)
        assert "nas  lan/web  1.0  unused for 30d" in no.out
        assert "Remove 1 image? [y/N]" in no.out
        assert scene.run("prune", "--keep", "0", "--dry-run", "-o", "name").out == f"{image_id[7:19]}\n"
        bad = scene.run("prune", "--min-age", "soon")
        assert (bad.code, "--min-age" in bad.err) == (2, True)
        yes = scene.typed("prune", "--keep", "0", answers="y\n")
        assert (yes.code, "1 removed" in yes.out) == (0, True)
        assert [image.id for image in scene.on.api.images.list()] == []
