"""An update that can't be ended, because something else has taken the name: every later run says so until it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.driver import Dockmon
from tests.e2e.watching import rows, wait_for_step
from tests.e2e.yard import yard
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
LONG = {"verify": {"stable_for": "60s"}}
QUICK = {"verify": {"stable_for": "300ms"}}
OTHERS = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}


@pytest.mark.parametrize("labels", [OTHERS, {}], ids=["compose made it", "its user made it"])
def test_an_update_that_can_not_be_ended_is_an_error_of_each_run_until_it_is(
    engine: Engine, registry: Registry, tmp_path: Path, labels: dict[str, str]
) -> None:
    dockmon = Dockmon(tmp_path, {"nas": engine}, update=LONG)
    with yard(engine, registry, tmp_path.name) as field:
        (plant,) = field.plant(["web"])
        with dockmon.start("update", "apply", "web", "--yes") as process:
            wait_for_step(dockmon, process, "verify")
            process.kill()
            process.communicate()
        field.api.remove_container("web", force=True)
        stranger = field.api.create_container(plant.ref, name="web", labels=labels)["Id"]

        night = dockmon("update", "apply", "--auto")
        assert (night.code, night.out) == (1, "")
        assert "nas/web: not finished: " in night.err
        assert "another container took the name web; the original is kept as web.dockmon-old" in night.err
        assert "mend what is in the way, then `dockmon update recover`" in night.err
        recover = dockmon.json("update", "recover")
        assert (recover.code, [error["code"] for error in recover.errors]) == (1, ["rollback_failed"])
        assert field.api.inspect_container(stranger)["State"]["Status"] == "created"

        field.api.remove_container(stranger)
        night = dockmon("update", "apply", "--auto")
        assert (night.code, night.out) == (0, "")
        assert "finished from before: nas/web: rolled back" in night.err
        assert (field.faults("web"), field.is_original("web"), field.left_behind()) == ([], True, [])
        assert "what to do: the original runs again" in dockmon("update", "show", rows(dockmon)[0].op).out
