"""The lab: engines and registries on one bridge, up as long as its `with` block."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self, Unpack

from tests.lab import cache, compose, kinds, network, slots
from tests.lab.engine import Engine
from tests.lab.errors import LabError
from tests.lab.plan import Options, Plan
from tests.lab.registry import Registry
from tests.lab.sandbox import Sandbox
from tests.lab.tls import make_tls

FIRST_ENGINE = 11
FIRST_PORT = 5000


class Numbers:
    """Numbers to be taken and given back, from any thread; the smallest free one goes first."""

    def __init__(self, numbers: range) -> None:
        """Have NUMBERS to give."""
        self._free = set(numbers)
        self._lock = Lock()

    def take(self) -> int:
        """Return a number that nobody has."""
        with self._lock:
            number = min(self._free)
            self._free.remove(number)
            return number

    def give_back(self, number: int) -> None:
        """Have NUMBER to give again."""
        with self._lock:
            self._free.add(number)


class Lab:
    """Real engines and registries on this machine, reachable from this machine alone.

    Everything ends with the block, whatever ended it; and with this process, if it is killed.
    """

    def __init__(self) -> None:
        """Prepare; nothing is started before the block is entered."""
        self._undo = ExitStack()
        self._numbers = Numbers(range(FIRST_ENGINE, 255))
        self._ports = itertools.count(FIRST_PORT)

    def __enter__(self) -> Self:
        """Claim a slot and put up its bridge. Raise LabError where that is not allowed."""
        if os.geteuid() != 0:
            raise LabError("the lab makes namespaces and mounts of its own, so it must run as root")
        cache.ensure_tools(*cache.TOOLS)
        with ExitStack() as undo:
            self._slot = slots.claim()
            undo.callback(self._slot.release)
            undo.callback(self._slot.clear)
            network.make_bridge(self._slot.bridge, self.address)
            self._servers = self._sandbox("servers")
            undo.callback(self._servers.close)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take all down, last first."""
        self._undo.close()

    @property
    def address(self) -> str:
        """This machine's address on the lab's bridge: where registries and test servers listen."""
        return self._slot.address(1)

    @property
    def folder(self) -> Path:
        """The lab's own folder, for files that shall go with it."""
        return self._slot.folder

    def engine(
        self, name: str, kind: str = kinds.DEFAULT, *, twin: Engine | None = None, **options: Unpack[Options]
    ) -> Engine:
        """Start an engine and return it when it answers. It calls itself by the same ID as TWIN, if given."""
        found, folder = kinds.find(kind), self.folder / name
        try:
            folder.mkdir()
        except FileExistsError:
            raise LabError(f"the lab has something named {name!r} already") from None
        number = self._numbers.take()
        device = f"{self._slot.bridge}e{number}"
        plan = self._plan(folder, found, self._slot.address(number), options)
        engine = Engine(plan, self._slot, device, twin, lambda: self._numbers.give_back(number))
        self._undo.callback(engine.close)
        return engine

    def engines(self, *names: str, kind: str = kinds.DEFAULT, **options: Unpack[Options]) -> list[Engine]:
        """Start several engines at the same time and return them when all answer."""
        with ThreadPoolExecutor(len(names)) as pool:
            return list(pool.map(lambda name: self.engine(name, kind, **options), names))

    def registry(self, *, private: bool = False, tls: bool = False) -> Registry:
        """Start a registry of its own and return it when it answers.

        A private one wants its `user` and `password`; one with TLS has a certificate signed by its `ca`.
        """
        port = next(self._ports)
        folder = self.folder / f"registry-{port}"
        folder.mkdir()
        certificates = make_tls(folder / "tls", self.address, None) if tls else None
        registry = Registry(folder, f"{self.address}:{port}", self._servers, private=private, tls=certificates)
        self._undo.callback(registry.close)
        return registry

    def compose(self, engine: Engine, project: Path, *argv: str, check: bool = True, **variables: str) -> str:
        """Run Compose 2.26 in the folder PROJECT against ENGINE and return its output."""
        return compose.run(engine, project, *argv, check=check, **variables)

    def _plan(self, folder: Path, kind: kinds.Kind, address: str, options: Options) -> Plan:
        wanted = options.get("tls", False)
        return Plan(
            name=folder.name,
            kind=kind,
            folder=folder,
            address=address,
            subnet=self._slot.subnet,
            cgroup=self._slot.cgroup,
            tls=make_tls(folder / "tls", address, None if wanted is True else wanted) if wanted else None,
            ssh=options.get("ssh", False),
            tcp=options.get("tcp", True),
            disk=options.get("disk", ""),
            settings=options.get("settings", {}),
        )

    def _sandbox(self, name: str) -> Sandbox:
        sandbox = Sandbox(self.folder / f"{name}.log", "")
        self._slot.remember(sandbox.pid)
        return sandbox
