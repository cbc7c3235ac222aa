"""What people and programs do while a container is swapped: Ctrl-C, a limit, SIGKILL, a second dockmon, `docker rm`."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.here import DockmonHere
from tests.e2e.watching import rows, wait_for_step
from tests.e2e.yard import Yard, yard
from tests.lab import Engine, Registry

pytestmark = pytest.mark.lab
LONG = {"verify": {"stable_for": "60s"}}
SHORT = {"verify": {"stable_for": "3s"}}
QUICK = {"verify": {"stable_for": "300ms"}}


@pytest.fixture
def field(engine: Engine, registry: Registry, tmp_path: Path) -> Iterator[Yard]:
    """A yard on the default engine."""
    with yard(engine, registry, tmp_path.name) as found:
        yield found


def applying(dockmon: DockmonHere, *more: str) -> subprocess.Popen[str]:
    return dockmon.start("update", "apply", "--yes", "-o", "json", *more)


def assert_untouched(field: Yard, name: str, started: str) -> None:
    """The original has run all the time, and nothing is left of the try."""
    assert field.faults(name) == []
    assert field.is_original(name)
    assert field.started(name) == started
    assert field.left_behind() == []


def test_ctrl_c_once_lets_a_swap_under_way_come_to_its_end(field: Yard, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=SHORT | {"max_parallel": 1})
    field.plant(["one", "two"])
    with applying(dockmon, "one", "two") as process:
        first = wait_for_step(dockmon, process, "verify")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    other = {"one": "two", "two": "one"}[first]
    told = {item["name"]: (item["result"], item["reason"]) for item in json.loads(out)["items"]}
    assert (process.returncode, told) == (130, {first: ("updated", None), other: ("failed", "interrupted")}), err
    assert [(row.name, row.phase) for row in rows(dockmon)] == [(first, "closed")]
    assert (field.faults(first), field.is_original(first)) == ([], False)
    assert (field.faults(other), field.is_original(other)) == ([], True)
    assert field.left_behind() == []


def test_ctrl_c_twice_leaves_at_once_and_recover_finishes(field: Yard, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=LONG)
    field.plant(["web"])
    with applying(dockmon, "web") as process:
        wait_for_step(dockmon, process, "verify")
        process.send_signal(signal.SIGINT)
        assert "once more leaves at once" in _until(process, "once more")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "dockmon update recover" in said
    assert [row.phase for row in rows(dockmon)] == ["forward"]
    told = dockmon("update", "history")
    assert "not finished: nas/web" in told.err

    recovered = dockmon.json("update", "recover")
    assert (recovered.code, recovered.results()) == (0, {"web": "rolled_back"})
    assert (field.faults("web"), field.is_original("web"), field.left_behind()) == ([], True, [])


def _until(process: subprocess.Popen[str], words: str) -> str:
    """Read standard error until a line has these words, and return the line."""
    assert process.stderr is not None
    return next(line for line in process.stderr if words in line)


def test_the_command_is_killed_and_the_next_apply_recovers_before_anything_else(field: Yard, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=LONG)
    field.plant(["web"])
    with applying(dockmon, "web") as process:
        wait_for_step(dockmon, process, "verify")
        process.kill()
        process.communicate()
    before = field.api.containers(all=True)
    for look in (("check",), ("plan",), ("apply", "web", "--dry-run")):
        assert "not finished: nas/web" in dockmon("update", *look).err
    assert field.api.containers(all=True, quiet=True) == [{"Id": c["Id"]} for c in before]

    dockmon.configure(hosts={"nas": {"url": field.engine.unix_url}}, update=QUICK)
    done = dockmon.json("update", "apply", "web", "--yes")
    assert (done.code, done.results()) == (0, {"web": "updated"})
    assert [(row.result, row.phase) for row in rows(dockmon)] == [("updated", "closed"), ("rolled_back", "closed")]
    assert (field.faults("web"), field.left_behind()) == ([], [])


def test_two_updates_of_one_container_at_once_are_one(field: Yard, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=QUICK)
    field.plant(["web"], old={"cmd": ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]}, stop_timeout=100)
    with applying(dockmon, "web") as process:
        wait_for_step(dockmon, process, "stop")
        second = dockmon.json("update", "apply", "web", "--yes")
        field.api.kill("web", "KILL")  # it will not stop by itself: the first swap waits for as long as this test does
        out, err = process.communicate(timeout=120)
    assert (second.code, second.item("web")["result"], second.item("web")["reason"]) == (1, "skipped", "busy"), second
    assert json.loads(out)["items"][0]["result"] == "updated", err
    assert (field.faults("web"), field.left_behind(), len(rows(dockmon))) == ([], [], 1)


def test_a_swap_of_another_dockmon_is_let_alone(field: Yard, tmp_path: Path) -> None:
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=QUICK)
    (plant,) = field.plant(["web"])
    started = field.started("web")
    foreign = field.api.create_container(plant.ref, name="web.dockmon-new")["Id"]
    done = dockmon.json("update", "apply", "web", "--yes")
    assert (done.code, done.item("web")["result"], done.item("web")["reason"]) == (1, "skipped", "busy"), done
    assert dockmon.json("update", "recover").items == []
    assert field.api.inspect_container("web.dockmon-new")["Id"] == foreign
    field.api.remove_container(foreign)
    assert_untouched(field, "web", started)


def test_somebody_removes_the_original_during_the_proof(field: Yard, tmp_path: Path) -> None:
    """Then it goes forward only; and where the new one fails, the old image runs again, from its rollback name."""
    dockmon = DockmonHere(tmp_path, {"nas": field.engine}, update=SHORT)
    field.plant(["good"])
    field.plant(["bad"], new={"cmd": ["sh", "-c", "sleep 2; exit 3"]}, restart_policy={"Name": "no"})
    with applying(dockmon, "good", "bad") as process:
        for name in ("good", "bad"):
            wait_for_step(dockmon, process, "verify", name)
            field.api.remove_container(f"{name}.dockmon-old")
        out, err = process.communicate(timeout=120)
    told = {item["name"]: (item["result"], item["reason"]) for item in json.loads(out)["items"]}
    assert told == {"good": ("updated", None), "bad": ("rolled_back", "exited")}, err
    assert (field.faults("good"), field.is_original("good")) == ([], False)
    assert field.faults("bad", recreated=True) == []
    assert field.left_behind() == []
    assert "recreated from its image" in next(row for row in rows(dockmon) if row.name == "bad").message
