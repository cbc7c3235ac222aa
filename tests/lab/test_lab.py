"""A lab stands alone and leaves nothing: beside another one, after a failure, after a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab import Engine, Lab, LabError, Registry, slots
from tests.lab.processes import ProcessId, identify, wait_until

pytestmark = pytest.mark.lab

CHECKOUT = Path(__file__).resolve().parents[2]
# What a lab of another process says about itself, before it waits to be killed.
OTHER_LAB = """
import sys, time
from tests.lab import Lab
with Lab() as lab:
    engine, registry = lab.engine("nas", tcp=False), lab.registry()
    engine.docker("run", "-d", registry.push("web", "1").ref)
    print(lab.folder, engine.pid, flush=True)
    time.sleep(600)
"""


def household(pid: int) -> list[ProcessId]:
    """Return the processes in the namespace of PID, and their descendants: containers have namespaces of their own."""
    home = _namespace(pid)
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").glob("[0-9]*")}
    members = {each for each in parents if _namespace(each) == home}
    while more := {each for each, parent in parents.items() if parent in members} - members:
        members |= more
    return [found for each in members if (found := identify(each))]


def alive(processes: list[ProcessId]) -> list[ProcessId]:
    """Return those of the processes that still run."""
    return [process for process in processes if process.alive()]


def _namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    except OSError:
        return ""


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def traces(folder: Path) -> set[tuple[str, int, int]]:
    """Return what is on this machine of the lab that has FOLDER.

    Each with its inode and time: a lab of somebody else may take over the number, and so the names, at any moment.
    """
    number, devices, cgroups = folder.name, Path("/sys/class/net"), Path("/sys/fs/cgroup")
    found = [
        devices / f"dml{number}",
        *devices.glob(f"dml{number}e*"),
        *cgroups.glob(f"*/dockmon-lab-{number}"),
        folder,
    ]
    return {(str(path), path.stat().st_ino, path.stat().st_ctime_ns) for path in found if path.exists()}


@contextmanager
def other_lab() -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    """Run a lab in a process of its own: the process, the lab's folder, its engine's process id."""
    argv = [sys.executable, "-c", OTHER_LAB]
    with subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, start_new_session=True) as owner:
        assert owner.stdout is not None
        folder, pid = owner.stdout.readline().split()
        try:
            yield owner, Path(folder), int(pid)
        finally:
            owner.kill()


def test_an_engine_runs_a_container_of_an_image_from_the_registry(engine: Engine, registry: Registry) -> None:
    image = registry.push("web", "1")

    engine.docker("run", "-d", "--name", "web", image.ref)

    assert engine.docker("ps", "--format", "{{.Names}} {{.Image}}") == f"web {image.ref}"


def test_the_same_names_in_two_labs_at_once_do_not_meet(lab: Lab, engine: Engine, registry: Registry) -> None:
    with other_lab() as (_, folder, _), Lab() as third:
        twin = third.engine("nas", tcp=False)
        image = third.registry().push("web", "1")
        twin.docker("run", "-d", "--name", "web", "-p", "8080:8080", image.ref)
        own = registry.push("web", "1", files={"/www/index.html": "another one"})
        engine.docker("run", "-d", "--name", "web", "-p", "8080:8080", own.ref)

        assert len({lab.folder, folder, third.folder}) == 3
        assert len({lab.address, third.address}) == 2
        assert engine.docker("ps", "--format", "{{.Image}}") == own.ref
        assert twin.docker("ps", "--format", "{{.Image}}") == image.ref


def test_nothing_is_left_when_the_block_ends() -> None:
    with Lab() as lab:
        engine, registry = lab.engine("nas", tcp=False), lab.registry()
        engine.docker("run", "-d", "-v", "data:/data", registry.push("web", "1").ref)
        # Holder, dockerd, containerd, shim, shell and httpd.
        assert wait_until(lambda: len(household(engine.pid)) >= 6, 10)
        folder, processes, before = lab.folder, household(engine.pid), traces(lab.folder)
        assert len(before) >= 4
        assert "dockmon-lab" not in Path("/proc/mounts").read_text()

    assert alive(processes) == []
    assert traces(folder) & before == set()


def test_an_engine_that_cannot_start_says_why_and_makes_room_for_another() -> None:
    with Lab() as lab:
        with pytest.raises(LabError, match=r"did not start[\s\S]*unknown-key"):
            lab.engine("nas", settings={"unknown-key": 1})

        assert not (lab.folder / "nas").exists()
        assert lab.engine("nas", tcp=False).docker("ps", "-q") == ""


def test_nothing_is_left_after_ctrl_c() -> None:
    with other_lab() as (owner, folder, pid):
        processes, before = household(pid), traces(folder)
        owner.send_signal(signal.SIGINT)
        owner.wait(30)

    assert alive(processes) == []
    assert traces(folder) & before == set()


def test_the_processes_of_a_killed_owner_end_with_it_and_the_next_lab_clears_the_rest() -> None:
    with other_lab() as (owner, folder, pid):
        processes, before = household(pid), traces(folder)
        owner.kill()
        owner.wait(30)
        assert wait_until(lambda: not alive(processes), 10)

    with Lab():
        assert traces(folder) & before == set()


def test_a_process_on_record_that_outlived_its_lab_is_ended_unless_its_id_was_used_again() -> None:
    with subprocess.Popen(["sleep", "600"]) as outlived, subprocess.Popen(["sleep", "600"]) as innocent:
        slot = slots.claim()
        slot.remember(outlived.pid)
        with (slot.folder / "processes").open("a") as file:
            file.write(f"{innocent.pid} 1\n")
        # The lock goes as it does when its owner dies.
        os.close(slot.lock)
        slots.clear_forgotten()

        assert outlived.wait(10) == -signal.SIGKILL
        assert innocent.poll() is None
        innocent.kill()


def test_a_users_own_engine_is_neither_used_nor_touched(engine: Engine) -> None:
    own = (Path("/run/docker.sock"), Path("/etc/docker"), Path("/var/lib/docker"), Path("/run/containerd"))
    before = [path.stat().st_mtime_ns if path.exists() else None for path in own]

    with Lab() as lab:
        lab.engine("nas", "20.10", tcp=False).docker("volume", "create", "data")

    assert [path.stat().st_mtime_ns if path.exists() else None for path in own] == before
