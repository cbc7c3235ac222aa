"""A container whose user wrote no tag, as in `docker run nginx`: that means `latest`, and is updated like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.looking import inspect
from tests.lab import Engine, Registry


@pytest.mark.parametrize("is_pulled", [False, True], ids=["update_available", "pulled"])
def test_a_container_that_was_made_without_a_tag_is_updated_and_rolled_back(
    engine: Engine, registry: Registry, tmp_path: Path, is_pulled: bool
) -> None:
    written = registry.push("untagged/web", "latest", seed="old").ref.removesuffix(":latest")
    engine.docker("run", "-d", "--name", "web", written)
    old = inspect(engine, "web")
    registry.push("untagged/web", "latest", seed="new")
    if is_pulled:
        engine.docker("pull", written)
    dockmon = Dockmon(tmp_path, {"nas": engine})
    assert dockmon.json("update", "check").item("web")["state"] == ("pulled" if is_pulled else "update_available")
    assert dockmon.json("update", "apply", "web", "--yes").results() == {"web": "updated"}
    new = inspect(engine, "web")
    assert (new["Config"]["Image"], new["Image"] == old["Image"]) == (written, False)
    assert inspect_image(engine, written) == new["Image"]
    assert engine.docker("ps", "-a", "--format", "{{.Names}}").split() == ["web"]

    assert dockmon.json("update", "rollback", "web", "--yes").results() == {"web": "updated"}
    assert inspect(engine, "web")["Image"] == old["Image"] == inspect_image(engine, written)


def inspect_image(engine: Engine, reference: str) -> str:
    """The ID of the image that a reference leads to."""
    return engine.docker("image", "inspect", "--format", "{{.Id}}", reference).strip()
