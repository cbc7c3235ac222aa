"""Engines for the contract test: the fake, and each kind of road to a real one of each kind in `tests.kinds`."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from dockmon_cli.adapters.clock import SystemClock
from dockmon_cli.adapters.engine.engines import DockerEngines
from dockmon_cli.core.hosts import Host, TlsFiles
from dockmon_cli.ports.engine import Engines
from tests.fakes.engine import FakeEngine, FakeEngines
from tests.kinds import LAB_KINDS
from tests.lab import Engine, Lab, Registry
from tests.lab.kinds import KINDS

ROADS = {"docker": ("unix", "tcp", "tls", "ssh"), "podman": ("unix", "tcp", "ssh")}
REAL = tuple(f"{kind}/{road}" for kind in LAB_KINDS for road in ROADS[KINDS[kind].family])


@dataclass
class Subject:
    """What the contract is tried on: a way to open it, a host, and an image that it holds under `image`.

    `pullable` is a (repository, digest) that it does not hold yet.
    """

    engines: Engines
    host: Host
    image: str
    pullable: tuple[str, str]


def host_of(engine: Engine, road: str) -> Host:
    """The host as `hosts add` would store it, for this road to it."""
    if road == "tls":
        folder = engine.tls_dir
        files = TlsFiles(*(str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem")))
        return Host("host-tls", engine.name, engine.tcp_url, tls=files)
    if road == "ssh":
        return Host("host-ssh", engine.name, engine.ssh_url, None, str(engine.ssh_key), engine.ssh_host_key)
    return Host(f"host-{road}", engine.name, engine.unix_url if road == "unix" else engine.tcp_url)


@pytest.fixture(scope="session")
def lab_engines(lab: Lab) -> Callable[[str, str], Engine]:
    """Engines by kind and road, each started when it is first asked for."""
    started: dict[tuple[str, str], Engine] = {}

    def get(kind: str, road: str) -> Engine:
        flavour = road if road in ("tls", "ssh") else "plain"
        key = (kind, flavour)
        if key not in started:
            name = f"{kind.replace('.', '')}-{flavour}"[:20]
            started[key] = lab.engine(name, kind, tls=flavour == "tls", ssh=flavour == "ssh")
        return started[key]

    return get


def _real(request: pytest.FixtureRequest, kind: str, road: str) -> Subject:
    engine = request.getfixturevalue("lab_engines")(kind, road)
    registry: Registry = request.getfixturevalue("registry")
    engine.clean()
    image, other = registry.push("contract", "1", labels={"maker": "lab"}), registry.push("contract", "2", seed="2")
    engine.docker("pull", image.ref)
    repository = other.ref.rpartition(":")[0]
    return Subject(DockerEngines(SystemClock()), host_of(engine, road), image.ref, (repository, other.digest))


def _fake() -> Subject:
    engine = FakeEngine()
    engine.add_image("registry.lan:5000/contract:1", Cmd=["serve"], Labels={"maker": "lab"})
    digest = "sha256:" + "2" * 64
    engine.add_pullable("registry.lan:5000/contract", digest)
    return Subject(
        FakeEngines([engine]), engine.host, "registry.lan:5000/contract:1", ("registry.lan:5000/contract", digest)
    )


@pytest.fixture(params=["fake", *(pytest.param(each, marks=pytest.mark.lab) for each in REAL)])
def subject(request: pytest.FixtureRequest) -> Subject:
    """The fake engine, then each road to each kind of real one."""
    kind, _, road = request.param.partition("/")
    return _real(request, kind, road) if road else _fake()
