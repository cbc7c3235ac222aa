"""Room for one lab: a number, and all that is named after it (folder, bridge, subnet, cgroup).

A slot is held by an flock for as long as its lab lives. The kernel drops the lock when the owner dies, however it dies,
so a slot that can be locked but holds something was forgotten, and whoever comes next clears it.
"""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.lab import network
from tests.lab.errors import LabError
from tests.lab.processes import ProcessId, identify, wait_until

ROOT = Path("/run/dockmon-lab")
NUMBERS = range(1, 255)


@dataclass(frozen=True)
class Slot:
    """A number that belongs to one lab at a time; everything on the machine that a lab owns is named after it."""

    number: int
    lock: int

    @property
    def folder(self) -> Path:
        """The lab's files: sockets, logs, keys, data of the registries."""
        return ROOT / str(self.number)

    @property
    def bridge(self) -> str:
        """The network device that joins the lab's engines."""
        return f"dml{self.number}"

    @property
    def subnet(self) -> str:
        """The lab's addresses."""
        return f"10.213.{self.number}.0/24"

    @property
    def cgroup(self) -> str:
        """The cgroup that all containers of the lab are in."""
        return f"/dockmon-lab-{self.number}"

    def address(self, last: int) -> str:
        """Return one address of the subnet."""
        return f"10.213.{self.number}.{last}"

    def remember(self, pid: int) -> None:
        """Put a process that must not outlive the lab on record."""
        if found := identify(pid):
            with (self.folder / "processes").open("a") as file:
                file.write(f"{found.pid} {found.started}\n")

    def clear(self) -> None:
        """Remove what the lab left: processes on record, the bridge, cgroups, files. Nothing left is fine too."""
        self.thaw()
        _end(_remembered(self.folder))
        network.remove_bridge(self.bridge)
        _remove_cgroups(self.cgroup)
        shutil.rmtree(self.folder, ignore_errors=True)

    def thaw(self) -> None:
        """Let the lab's paused containers go on: a frozen process can't die, and whoever kills it waits for ever."""
        for root in _hierarchies():
            for state, running in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
                for file in Path(f"{root}{self.cgroup}").glob(f"**/{state}"):
                    with suppress(FileNotFoundError):
                        file.write_text(running)

    def release(self) -> None:
        """Give the number back."""
        os.close(self.lock)


def claim() -> Slot:
    """Return a free slot, its folder made, after clearing every forgotten one."""
    ROOT.mkdir(mode=0o700, exist_ok=True)
    clear_forgotten()
    taken = network.routed_subnets()
    for number in NUMBERS:
        slot = _try(number)
        if slot is None:
            continue
        if slot.subnet not in taken:
            slot.folder.mkdir(mode=0o755)
            return slot
        slot.release()
    raise LabError("all 254 subnets of the lab are taken")


def clear_forgotten() -> None:
    """Clear every slot whose owner is dead."""
    for folder in ROOT.glob("*/"):
        slot = _try(int(folder.name)) if folder.name.isdigit() else None
        if slot:
            slot.clear()
            slot.release()


def _try(number: int) -> Slot | None:
    lock = os.open(ROOT / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return Slot(number, lock)


def _remembered(folder: Path) -> list[ProcessId]:
    try:
        lines = (folder / "processes").read_text().splitlines()
    except FileNotFoundError:
        return []
    pairs = (line.split() for line in lines)
    return [ProcessId(int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2]


def _end(processes: list[ProcessId]) -> None:
    for process in processes:
        process.signal(signal.SIGKILL)
    for process in processes:
        wait_until(process.gone, 10)


def _remove_cgroups(name: str) -> None:
    """Remove the cgroup NAME of every hierarchy, innermost first. The kernel keeps one that still has processes."""
    for root in _hierarchies():
        for folder, _, _ in os.walk(f"{root}{name}", topdown=False):
            wait_until(partial(_rmdir, folder), 2)


def _rmdir(folder: str) -> bool:
    try:
        Path(folder).rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _hierarchies() -> Iterator[str]:
    for line in Path("/proc/mounts").read_text().splitlines():
        _, folder, kind = line.split()[:3]
        if kind in {"cgroup", "cgroup2"}:
            yield folder
